"""The cluster as its users see it: real processes behind the real Envoy."""

import os
import signal
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.cluster.kinds import DEPLOYMENT, ENDPOINTS, NAMESPACE, POD, ROLLOUT, SERVICE
from tests.harness.local_cluster import CHECKOUT, LocalCluster, container, edge, service, until, workload

pytestmark = pytest.mark.parts

BLUE_GREEN = {"strategy": {"blueGreen": {"activeService": "orders", "scaleDownDelaySeconds": 1}}}


def rollout(version: str, replicas: int = 3, **fields: Any) -> dict[str, Any]:
    return workload(ROLLOUT, "orders", container(version, **fields), replicas, **BLUE_GREEN)


def is_healthy(cluster: LocalCluster, name: str = "orders", kind=ROLLOUT) -> bool:
    live = cluster.get(kind, name)
    status = live.get("status", {})
    return str(status.get("observedGeneration")) == str(live["metadata"]["generation"]) and status["phase"] == "Healthy"


def serve_orders(cluster: LocalCluster, version: str = "one") -> None:
    for item in (service("orders", "orders"), *edge({"orders": 100}), rollout(version)):
        cluster.put(item)
    until(lambda: is_healthy(cluster))
    until(lambda: answers(cluster) == version)


def answers(cluster: LocalCluster) -> str | None:
    try:
        response = httpx.get(cluster.gateway_url(), trust_env=False)
    except httpx.TransportError:
        return None
    return response.json()["version"] if response.is_success else None


class Load:
    """Requests through the gateway, one after the other in each of two threads, until it is told to stop."""

    def __init__(self, url: str) -> None:
        self.seen: Counter[str] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(url,)) for _ in range(2)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, url: str) -> None:
        with httpx.Client(trust_env=False, timeout=10) as client:
            while not self._stop.wait(0.005):
                try:
                    response = client.post(url)
                    self.seen[response.json()["version"] if response.is_success else str(response.status_code)] += 1
                except httpx.TransportError as error:
                    self.seen[repr(error)] += 1


def pid_of(pod: dict[str, Any]) -> int:
    return int(pod["status"]["containerStatuses"][0]["containerID"].removeprefix("process://"))


def test_a_killed_pod_comes_back_and_no_request_after_the_endpoints_changed_fails(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    victim = cluster.ready_pods()[0]
    os.kill(pid_of(victim), signal.SIGKILL)
    until(
        lambda: (
            len(_addresses(cluster)) < 3
            or cluster.get(POD, victim["metadata"]["name"])["status"]["containerStatuses"][0]["restartCount"]
        )
    )
    with Load(cluster.gateway_url()) as load:
        until(lambda: len(cluster.ready_pods()) == 3 and load.seen.total() > 300)
    assert load.seen.keys() == {"one"}
    assert pid_of(cluster.get(POD, victim["metadata"]["name"])) != pid_of(victim)


def test_a_new_version_takes_over_without_a_failed_request(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    with Load(cluster.gateway_url()) as load:
        until(lambda: load.seen["one"] > 50)
        cluster.put(rollout("two"))
        until(lambda: is_healthy(cluster))
        until(lambda: len(cluster.pods()) == 3 and load.seen.total() > 300)
    assert load.seen.keys() == {"one", "two"}
    assert {pod["metadata"]["labels"]["rollouts-pod-template-hash"] for pod in cluster.pods()} == {
        cluster.get(ROLLOUT, "orders")["status"]["stableRS"]
    }


def test_a_version_that_never_gets_ready_leaves_the_old_one_serving(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    cluster.put(rollout("bad", readinessProbe={"httpGet": {"path": "/ready", "port": 9}, "periodSeconds": 1}))
    until(lambda: len(cluster.pods()) == 6)
    assert answers(cluster) == "one"
    cluster.put(rollout("two"))
    until(lambda: is_healthy(cluster))
    until(lambda: answers(cluster) == "two")


def test_a_virtual_service_spreads_requests_by_weight(cluster: LocalCluster) -> None:
    for version in ("one", "two"):
        cluster.put(workload(DEPLOYMENT, version, container(version)))
        cluster.put(service(version, version))
    for item in edge({"one": 80, "two": 20}):
        cluster.put(item)
    until(lambda: len(cluster.ready_pods()) == 2)
    until(lambda: {answers(cluster), answers(cluster), answers(cluster)} <= {"one", "two"})
    seen = Counter(answers(cluster) for _ in range(200))
    assert 10 <= seen["two"] <= 80
    assert seen["one"] + seen["two"] == 200
    for item in edge({"one": 0, "two": 100}):
        cluster.put(item)
    until(lambda: Counter(answers(cluster) for _ in range(20)) == {"two": 20})


def test_a_service_answers_at_its_cluster_ip(cluster: LocalCluster) -> None:
    cluster.put(workload(DEPLOYMENT, "orders", container()))
    cluster.put(service("orders", "orders"))
    until(lambda: _addresses(cluster))
    address = cluster.get(SERVICE, "orders")["spec"]["clusterIP"]
    assert address.startswith("127.96.")
    until(lambda: _get(f"http://{address}"))


def test_a_container_that_fails_its_liveness_probe_is_started_again(cluster: LocalCluster) -> None:
    liveness = {"httpGet": {"path": "/live", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1}
    cluster.put(workload(DEPLOYMENT, "orders", container(livenessProbe=liveness)))
    (pod,) = until(cluster.ready_pods)
    httpx.get(f"http://{pod['status']['podIP']}:8080/break", trust_env=False)
    until(lambda: any(pid_of(each) != pid_of(pod) for each in cluster.ready_pods()))
    (restarted,) = cluster.pods()[0]["status"]["containerStatuses"]
    assert restarted["restartCount"] == 1
    assert "running" in restarted["state"]
    assert "terminated" in restarted["lastState"]


def test_the_pods_of_a_deleted_workload_and_namespace_end(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    cluster.http.delete(NAMESPACE.path("", "shop")).raise_for_status()
    until(lambda: not cluster.get(NAMESPACE, "shop"))
    assert [Path(process.exe()).name for process in cluster.processes()] == ["envoy"]


def test_a_killed_daemon_comes_back_with_its_objects_and_no_pod_twice(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    before = {process.pid for process in cluster.processes()}
    address = cluster.get(SERVICE, "orders")["spec"]["clusterIP"]
    cluster.stop(signal.SIGKILL)
    assert {process.pid for process in cluster.processes()} == before
    cluster.start()
    until(lambda: answers(cluster) == "one" and len(cluster.ready_pods()) == 3)
    after = {process.pid for process in cluster.processes()}
    assert len(after) == len(before)
    assert not after & before
    assert cluster.get(SERVICE, "orders")["spec"]["clusterIP"] == address


def test_a_stopped_daemon_leaves_no_process_and_goes_on_later(cluster: LocalCluster) -> None:
    serve_orders(cluster)
    cluster.stop()
    assert cluster.processes() == []
    cluster.start()
    until(lambda: answers(cluster) == "one")


def test_a_second_daemon_on_the_same_folder_is_refused(cluster: LocalCluster) -> None:
    second = subprocess.run(cluster.command, cwd=CHECKOUT, capture_output=True, text=True, timeout=20, check=False)
    assert second.returncode != 0
    assert "a daemon already serves" in second.stderr
    assert cluster.http.get("/readyz").is_success


def _addresses(cluster: LocalCluster) -> list[str]:
    subsets = cluster.get(ENDPOINTS, "orders").get("subsets", [])
    return [address["ip"] for subset in subsets for address in subset["addresses"]]


def _get(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False
