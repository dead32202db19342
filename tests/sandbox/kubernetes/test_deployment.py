"""The program's own objects on a real cluster."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.kubernetes import clusters, deployment
from sandbox.kubernetes.control_plane import ControlPlane
from sandbox.kubernetes.objects import Objects
from tests.harness.local_cluster import until
from tests.harness.stack import LocalStack

ARGO, NAMESPACE, NAME = "argoproj.io/v1alpha1", "orders", "orders-api"
SLOW = 300
LOAD = """
import http.client, json, sys, time
host, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
answers = {}
end = time.monotonic() + seconds
while time.monotonic() < end:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/health/ready")
        answer = str(connection.getresponse().status)
    except OSError as error:
        answer = repr(error)
    connection.close()
    answers[answer] = answers.get(answer, 0) + 1
    time.sleep(0.02)
print(json.dumps(answers))
"""


def test_where_aws_and_prometheus_are_is_all_that_is_changed() -> None:
    configuration = {"kind": "ConfigMap", "data": {"DATABASE_HOST": "127.0.0.1"}}
    found = deployment.with_endpoints(configuration, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert found["data"] == {"DATABASE_HOST": "127.0.0.1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    asked = {"address": "https://aps.example.com", "query": "up", "authentication": {"sigv4": {"region": "x"}}}
    analysis = {"kind": "AnalysisTemplate", "spec": {"metrics": [{"provider": {"prometheus": asked}}]}}
    (metric,) = deployment.with_endpoints(analysis, {})["spec"]["metrics"]
    assert metric["provider"]["prometheus"] == {"address": "http://127.0.0.1:9090", "query": "up"}
    service = {"kind": "Service", "spec": {"selector": {"app": "orders"}}}
    assert deployment.with_endpoints(service, {"AWS_ENDPOINT_URL": "x"}) == service


def test_a_path_that_others_own_is_left_out_and_nothing_beside_it() -> None:
    service = {"spec": {"selector": {"app": "orders"}, "ports": []}}
    assert deployment.without(service, "spec.selector") == {"spec": {"ports": []}}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[ControlPlane]:
    """The stack, and a cluster of its own that has its objects."""
    stack = LocalStack(tmp_path / "state")
    try:
        stack.run("up")
        stack.run("cluster")
        yield clusters.own(stack.state, print, loopback_ports={part.record.port for part in stack.parts.all()})
        stack.run("down")
        assert stack.processes() == []
    finally:
        clusters.remove(stack.state, print)
        stack.end_by_force()


@pytest.mark.cluster
@pytest.mark.skipif("FORTRESS_CLUSTER" not in os.environ, reason="`make cluster-test` builds a cluster")
def test_the_order_service_changes_version_on_real_pods_without_a_lost_request(cluster: ControlPlane) -> None:
    objects = cluster.objects()
    until(lambda: status(objects).get("phase") == "Healthy", SLOW)
    first = status(objects)["stableRS"]
    address = objects.get("v1", "Service", "orders-stable", NAMESPACE)["spec"]["clusterIP"]  # type: ignore[index]
    load = subprocess.Popen(
        [*cluster.inside(), sys.executable, "-c", LOAD, address, "8080", "90"], stdout=subprocess.PIPE, text=True
    )
    try:
        objects.apply(another_version(objects))
        until(lambda: inconclusive(status(objects)), SLOW)
        assert status(objects)["stableRS"] == first
        assert weight(objects) == 10
        objects.patch_status(ARGO, "Rollout", NAME, NAMESPACE, {"promoteFull": True})
        until(lambda: status(objects)["phase"] == "Healthy" and status(objects)["stableRS"] != first, SLOW)
        answers = json.loads(load.communicate(timeout=SLOW)[0])
    finally:
        load.kill()
    assert set(answers) == {"200"}
    assert answers["200"] > 100


def status(objects: Objects) -> dict[str, Any]:
    return (objects.get(ARGO, "Rollout", NAME, NAMESPACE) or {}).get("status", {})


def inconclusive(found: dict[str, Any]) -> bool:
    """Paused for want of metrics: the route has nobody here who counts its requests."""
    return any(each["reason"] == "InconclusiveAnalysisRun" for each in found.get("pauseConditions") or ())


def weight(objects: Objects) -> int:
    """What the VirtualService gives the canary."""
    route = objects.get("networking.istio.io/v1", "VirtualService", NAME, NAMESPACE)
    destinations = route["spec"]["http"][0]["route"]  # type: ignore[index]
    return next(each["weight"] for each in destinations if each["destination"]["host"] == "orders-canary")


def another_version(objects: Objects) -> dict[str, Any]:
    """The Rollout as it is declared, with pods that are marked."""
    found = objects.get(ARGO, "Rollout", NAME, NAMESPACE)
    assert found is not None
    template = found["spec"]["template"]
    template["metadata"]["annotations"] = {"fortress/version": "another"}
    metadata = {"name": NAME, "namespace": NAMESPACE}
    return {"apiVersion": ARGO, "kind": "Rollout", "metadata": metadata, "spec": found["spec"]}
