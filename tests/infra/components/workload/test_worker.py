import pytest

from infra.components.workload.names import Process
from infra.components.workload.worker import Worker, WorkerArgs
from tests.infra.components.workload.surroundings import WORKER
from tests.infra.recorder import Graph, record_component

WORKERS = [Process.RELAY, Process.CONSUMER, Process.WEBHOOKS]


def worker(process: Process, replicas: int | None = 2) -> Graph:
    args = WorkerArgs(
        process=process,
        image="orders@sha256:1",
        config_map_name="orders-configuration-1",
        trust_config_map_name=None,
        overrides=None,
        resources=WORKER,
        replicas=replicas,
        grace_seconds=45,
    )
    return record_component(lambda opts: Worker("worker", args, opts))


@pytest.mark.parametrize("process", WORKERS)
def test_a_worker_answers_its_probes_and_is_called_by_nobody_else(process: Process) -> None:
    deployment = worker(process).one("kubernetes:apps/v1:Deployment")
    (container,) = deployment.inputs["spec"]["template"]["spec"]["containers"]
    assert container["command"][-1] == process
    for probe, path in (("startup", "startup"), ("readiness", "ready"), ("liveness", "live")):
        assert container[f"{probe}Probe"]["httpGet"] == {"path": f"/health/{path}", "port": "http"}
    assert "lifecycle" not in container
    assert deployment.inputs["spec"]["replicas"] == 2


@pytest.mark.parametrize("process", WORKERS)
def test_a_drained_node_takes_one_worker_at_a_time(process: Process) -> None:
    budget = worker(process).one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]
    assert budget == {"maxUnavailable": 1, "selector": {"matchLabels": {"app.kubernetes.io/name": f"orders-{process}"}}}


def test_a_worker_that_an_autoscaler_keeps_says_no_number_of_its_own() -> None:
    deployment = worker(Process.CONSUMER, replicas=None).one("kubernetes:apps/v1:Deployment")
    assert "replicas" not in deployment.inputs["spec"]
