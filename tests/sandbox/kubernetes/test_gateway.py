"""The gateway of the real cluster: Envoy's files, kept as the objects say."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.proxy import Configuration
from sandbox.kubernetes import gateway
from sandbox.kubernetes.programs import TARGETS
from tests.harness.local_cluster import until

STABLE, CANARY = "orders-stable", "orders-canary"


class Watched:
    """A cluster of two versions behind one route, whose weights change once; when that is written the watch ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def follow(self, api_version: str, kind: str) -> Iterator[list[dict[str, Any]]]:
        del api_version
        yield {
            "Service": [service(STABLE), service(CANARY)],
            "Endpoints": [endpoints(STABLE, "10.64.1.7"), endpoints(CANARY, None)],
            "Gateway": [named("gateway", servers=[{"port": {"number": 8080, "protocol": "HTTP"}}])],
            "VirtualService": [routes(100, 0)],
            "Pod": [pod("10.64.1.7", "True"), pod("10.64.1.8", "False")],
        }.get(kind, [])
        if kind == "VirtualService":
            until(lambda: weights(self.folder)[CANARY] == 0)
            yield [routes(90, 10)]
            until(lambda: weights(self.folder)[CANARY] == 10)
        else:
            threading.Event().wait()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Envoy's configuration after the weights changed."""
    folder = tmp_path_factory.mktemp("gateway")
    with pytest.raises(ConnectionError, match="the watch of virtualservices ended"):
        gateway.keep(Watched(folder), Configuration(folder, "10.64.0.2"))  # type: ignore[arg-type]
    return folder


def test_the_routes_have_the_weights_of_now(written: Path) -> None:
    assert weights(written) == {STABLE: 90, CANARY: 10}


def test_only_the_gateway_is_listened_on_for_clusters_addresses_are_kube_proxys(written: Path) -> None:
    address = {"address": "10.64.0.2", "port_value": 8080}
    assert read(written, "listeners")["address"]["socket_address"] == address


def test_a_version_without_a_ready_pod_has_no_endpoint(written: Path) -> None:
    assert members(written, STABLE) == ["10.64.1.7"]
    assert members(written, CANARY) == []


def test_prometheus_asks_the_gateway_and_every_ready_pod_of_a_rollout(written: Path) -> None:
    gateway_, pod_ = json.loads((written / TARGETS).read_text())
    assert gateway_["targets"] == ["10.64.0.2:15000"]
    assert pod_["targets"] == ["10.64.1.7:8080"]
    assert pod_["labels"]["rollouts_pod_template_hash"] == "abc"


def weights(folder: Path) -> dict[str, int]:
    if not (folder / "routes-8080.json").exists():
        return {CANARY: -1}
    (route,) = read(folder, "routes-8080")["virtual_hosts"][0]["routes"]
    clusters = route["route"]["weighted_clusters"]["clusters"]
    return {each["name"].split("/")[1]: each["weight"] for each in clusters}


def read(folder: Path, name: str) -> dict[str, Any]:
    (resource,) = json.loads((folder / f"{name}.json").read_text())["resources"]
    return resource


def members(folder: Path, name: str) -> list[str]:
    (locality,) = read(folder, f"endpoints-orders.{name}.8080")["endpoints"]
    return [each["endpoint"]["address"]["socket_address"]["address"] for each in locality["lb_endpoints"]]


def named(name: str, namespace: str = "orders", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def service(name: str) -> dict[str, Any]:
    ports = [{"name": "http", "port": 8080, "targetPort": "http"}]
    return named(name, clusterIP="10.96.0.7", selector={"app": "orders"}, ports=ports)


def endpoints(name: str, address: str | None) -> dict[str, Any]:
    addresses = {"addresses": [{"ip": address}]} if address else {"notReadyAddresses": [{"ip": "10.64.1.8"}]}
    metadata = {"name": name, "namespace": "orders"}
    return {"metadata": metadata, "subsets": [{**addresses, "ports": [{"name": "http", "port": 8080}]}]}


def pod(address: str, ready: str) -> dict[str, Any]:
    metadata = {"name": address, "namespace": "orders", "labels": {"rollouts-pod-template-hash": "abc"}}
    conditions = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": ready}]
    spec = {"containers": [{"name": "orders", "ports": [{"name": "http", "containerPort": 8080}]}]}
    return {"metadata": metadata, "spec": spec, "status": {"podIP": address, "conditions": conditions}}


def routes(stable: int, canary: int) -> dict[str, Any]:
    destinations = [
        {"destination": {"host": host}, "weight": weight} for host, weight in ((STABLE, stable), (CANARY, canary))
    ]
    return named("orders-api", hosts=["*"], gateways=["orders/gateway"], http=[{"route": destinations}])
