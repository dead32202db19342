"""A canary at twenty percent, behind the real Envoy, with something killed that it depends on."""

import os
import signal
from collections import Counter
from typing import Any

import httpx
import pytest

from sandbox.cluster.kinds import POD, ROLLOUT, VIRTUAL_SERVICE
from tests.harness.local_cluster import LocalCluster, container, edge, service, until, workload

pytestmark = pytest.mark.parts

STRATEGY = {
    "canary": {
        "stableService": "stable",
        "canaryService": "canary",
        "trafficRouting": {"istio": {"virtualService": {"name": "orders"}}},
        "scaleDownDelaySeconds": 1,
        "abortScaleDownDelaySeconds": 1,
        "steps": [{"setWeight": 20}, {"pause": {}}],
    }
}
NODE_PROXY = ("node-proxy", "kube-system")


def declare(cluster: LocalCluster, version: str) -> None:
    cluster.put(workload(ROLLOUT, "orders", container(version), 2, strategy=STRATEGY))


def status(cluster: LocalCluster) -> dict[str, Any]:
    return cluster.get(ROLLOUT, "orders").get("status", {})


def weights(cluster: LocalCluster) -> dict[str, int]:
    route = cluster.get(VIRTUAL_SERVICE, "orders")["spec"]["http"][0]["route"]
    return {each["destination"]["host"]: each["weight"] for each in route}


def answers(cluster: LocalCluster, requests: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for _ in range(requests):
        try:
            response = httpx.get(cluster.gateway_url(), trust_env=False)
            found[response.json()["version"] if response.is_success else str(response.status_code)] += 1
        except httpx.TransportError as error:
            found[type(error).__name__] += 1
    return found


@pytest.fixture
def half_way(cluster: LocalCluster) -> LocalCluster:
    for item in (service("stable", "orders"), service("canary", "orders"), *edge({"stable": 100, "canary": 0})):
        cluster.put(item)
    declare(cluster, "one")
    until(lambda: status(cluster).get("phase") == "Healthy")
    declare(cluster, "two")
    until(lambda: status(cluster).get("phase") == "Paused")
    until(lambda: answers(cluster, 50).keys() == {"one", "two"})
    return cluster


def pid_of_gateway(cluster: LocalCluster) -> int:
    (container_status,) = cluster.get(POD, *NODE_PROXY)["status"]["containerStatuses"]
    return int(container_status.get("containerID", "process://0").removeprefix("process://"))


def test_a_controller_that_was_killed_goes_on_from_where_it_was(half_way: LocalCluster) -> None:
    before = status(half_way)
    half_way.stop(signal.SIGKILL)
    half_way.start()
    until(lambda: answers(half_way, 50).keys() == {"one", "two"})
    after = status(half_way)
    assert [after[key] for key in ("phase", "currentStepIndex", "stableRS", "currentPodHash")] == [
        before[key] for key in ("phase", "currentStepIndex", "stableRS", "currentPodHash")
    ]
    assert weights(half_way) == {"stable": 80, "canary": 20}
    half_way.http.patch(
        f"{ROLLOUT.path('shop', 'orders')}/status",
        json={"status": {"pauseConditions": None}},
        headers={"content-type": "application/merge-patch+json"},
    ).raise_for_status()
    until(lambda: status(half_way)["phase"] == "Healthy")
    assert weights(half_way) == {"stable": 100, "canary": 0}
    until(lambda: answers(half_way, 20).keys() == {"two"})


def test_a_gateway_that_was_killed_comes_back_with_the_same_shares(half_way: LocalCluster) -> None:
    killed = pid_of_gateway(half_way)
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of_gateway(half_way) not in (0, killed) and answers(half_way, 50).keys() == {"one", "two"})
    found = answers(half_way, 300)
    assert found.keys() == {"one", "two"}
    assert found["one"] > found["two"]
    assert weights(half_way) == {"stable": 80, "canary": 20}


def test_an_abort_takes_every_request_back_though_the_controller_dies_with_it(half_way: LocalCluster) -> None:
    half_way.http.patch(
        f"{ROLLOUT.path('shop', 'orders')}/status",
        json={"status": {"abort": True}},
        headers={"content-type": "application/merge-patch+json"},
    ).raise_for_status()
    half_way.stop(signal.SIGKILL)
    half_way.start()
    until(lambda: status(half_way)["phase"] == "Degraded" and weights(half_way) == {"stable": 100, "canary": 0})
    until(lambda: answers(half_way, 30).keys() == {"one"})
