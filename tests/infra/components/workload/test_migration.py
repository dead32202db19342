from infra.components.workload.migration import Migration, MigrationArgs
from tests.infra.components.workload.surroundings import WORKER
from tests.infra.recorder import record_component

ARGS = MigrationArgs(
    image="orders@sha256:1", version="abababababab", config_map_name="orders-configuration-1", resources=WORKER
)
JOB = record_component(lambda opts: Migration("migration", ARGS, opts)).one("kubernetes:batch/v1:Job")


def test_the_job_is_named_by_the_version_it_migrates_to() -> None:
    assert JOB.inputs["metadata"]["name"].startswith("orders-migrate-abababababab-")


def test_it_signs_in_by_secret_whatever_the_service_does() -> None:
    (container,) = JOB.inputs["spec"]["template"]["spec"]["containers"]
    variables = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert variables["DATABASE_AUTHENTICATION"] == "secret"
    assert container["command"] == ["python", "-m", "app", "migrate"]


def test_it_gives_up_rather_than_hang() -> None:
    spec = JOB.inputs["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (3, 600)
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
