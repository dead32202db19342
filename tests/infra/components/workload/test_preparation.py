from infra.components.workload.names import Process
from infra.components.workload.preparation import Preparation, PreparationArgs
from tests.infra.components.workload.surroundings import WORKER
from tests.infra.recorder import Graph, Registered, record_component


def graph(process: Process) -> Graph:
    args = PreparationArgs(
        process=process,
        image="orders@sha256:1",
        version="abababababab",
        config_map_name="orders-configuration-1",
        trust_config_map_name="orders-trust-1",
        resources=WORKER,
    )
    return record_component(lambda opts: Preparation("preparation", args, opts))


JOB = "kubernetes:batch/v1:Job"
MIGRATION, ROLES = graph(Process.MIGRATE).one(JOB), graph(Process.ROLES).one(JOB)


def variables_of(each: Registered) -> dict[str, str | None]:
    (container,) = each.inputs["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable.get("value") for variable in container["env"]}


def test_the_job_is_named_by_the_version_it_prepares_for() -> None:
    assert MIGRATION.inputs["metadata"]["name"].startswith("orders-migrate-abababababab-")
    assert ROLES.inputs["metadata"]["name"].startswith("orders-roles-abababababab-")


def test_only_the_roles_are_made_by_the_master_user_and_its_secret() -> None:
    assert variables_of(ROLES)["DATABASE_AUTHENTICATION"] == "secret"
    assert "DATABASE_AUTHENTICATION" not in variables_of(MIGRATION)


def test_it_gives_up_rather_than_hang() -> None:
    spec = MIGRATION.inputs["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (3, 600)
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_it_knows_who_signs_for_the_database() -> None:
    pod = MIGRATION.inputs["spec"]["template"]["spec"]
    assert {"name": "trust", "configMap": {"name": "orders-trust-1"}} in pod["volumes"]
    assert {"name": "trust", "mountPath": "/etc/orders/trust", "readOnly": True} in pod["containers"][0]["volumeMounts"]


def test_what_was_a_migration_before_is_found_again() -> None:
    component = graph(Process.MIGRATE).one("fortress:workload:Preparation")
    assert component.former_types == ("fortress:workload:Migration",)
