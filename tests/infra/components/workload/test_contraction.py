import dataclasses

from infra.components.workload.component import Workload
from infra.components.workload.contraction import Contraction, ContractionArgs
from tests.infra.components.workload.surroundings import WORKER, workload_args
from tests.infra.recorder import Graph, record_component

JOB = "kubernetes:batch/v1:Job"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def graph(contract_to: str = "contract_order_list") -> Graph:
    args = ContractionArgs(
        contract_to=contract_to,
        image="orders@sha256:1",
        version="abababababab",
        config_map_name="orders-configuration-1",
        trust_config_map_name="orders-trust-1",
        resources=WORKER,
        patience_seconds=960,
    )
    return record_component(lambda opts: Contraction("contraction", args, opts))


def workload(contract_to: str | None) -> Graph:
    args = workload_args()
    args = dataclasses.replace(args, release=dataclasses.replace(args.release, contract_to=contract_to))
    return record_component(lambda opts: Workload("orders", args, opts))


def test_it_runs_the_command_with_the_rights_of_the_migrations_and_waits_for_the_pods_of_before() -> None:
    job = graph().one(JOB)
    (container,) = job.inputs["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["python", "-m", "app", "contract"]
    assert job.inputs["spec"]["template"]["spec"]["serviceAccountName"] == "orders-migrate"
    told = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert (told["CONTRACT_TO"], told["CONTRACT_PATIENCE"]) == ("contract_order_list", "PT960S")


def test_a_refusal_is_not_tried_again_and_it_outlasts_its_patience() -> None:
    spec = graph().one(JOB).inputs["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (0, 960 + 300)


def test_another_revision_is_another_job() -> None:
    names = {graph(to).one(JOB).inputs["metadata"]["name"] for to in ("contract_order_list", "base")}
    assert len(names) == 2
    assert all(name.startswith("orders-contract-abababababab-") for name in names)


def test_without_a_revision_there_is_no_job() -> None:
    assert [each for each in workload(None).of_type(JOB) if "contraction" in each.name] == []


def test_it_stands_on_everything_that_runs() -> None:
    recorded = workload("contract_order_list")
    job = recorded.one(JOB, "orders-contraction")
    running = [*recorded.of_type("kubernetes:argoproj.io/v1alpha1:Rollout"), *recorded.of_type(DEPLOYMENT)]
    assert len(running) == 4
    assert all(recorded.stands_on(job, each) for each in running)
