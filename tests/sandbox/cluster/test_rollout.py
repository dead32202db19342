from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster import garbage, replica_set, rollout
from sandbox.cluster.kinds import POD, REPLICA_SET, ROLLOUT, SERVICE
from sandbox.cluster.store import Object, Store

LABEL = "rollouts-pod-template-hash"
LOOKS = 8
"""More than any step of a release needs."""


class Fixture:
    """The controllers over a store, without a node: the test makes pods ready."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder, lambda: None)

    def declare(self, version: str, **spec: Any) -> None:
        template = {
            "metadata": {"labels": {"app": "orders"}},
            "spec": {"containers": [{"name": "api", "image": version}]},
        }
        route = {"istio": {"virtualService": {"name": "orders"}}}
        strategy = {"canary": {"stableService": "stable", "canaryService": "canary", "trafficRouting": route}}
        strategy["canary"]["scaleDownDelaySeconds"] = 0
        metadata = {"name": "orders", "namespace": "shop"}
        self.store.put(
            {
                "apiVersion": ROLLOUT.api_version,
                "kind": "Rollout",
                "metadata": metadata,
                "spec": {"replicas": 2, "strategy": strategy, "template": template, **spec},
            }
        )
        self.settle()

    def settle(self) -> None:
        for _ in range(LOOKS):
            rollout.reconcile(self.store)
            replica_set.reconcile(self.store)
            for pod in self.store.list(POD):
                if "deletionTimestamp" in pod["metadata"]:
                    self.store.remove(pod)
            garbage.reconcile(self.store)

    def make_ready(self, version: str) -> None:
        for pod in self.pods(version):
            ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
            self.store.set_status(pod, phase="Running", conditions=[ready])
        self.settle()

    def pods(self, version: str) -> list[Object]:
        return [pod for pod in self.store.list(POD) if pod["spec"]["containers"][0]["image"] == version]

    def status(self) -> Object:
        return self.store.list(ROLLOUT)[0]["status"]

    def add_service(self, name: str) -> None:
        metadata = {"name": name, "namespace": "shop"}
        self.store.put(
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {"app": "orders"}}}
        )

    def selected(self, name: str) -> str:
        service = self.store.get(SERVICE, "shop", name)
        assert service is not None
        return service["spec"]["selector"][LABEL]


@pytest.fixture
def orders(tmp_path: Path) -> Fixture:
    fixture = Fixture(tmp_path)
    for name in ("stable", "canary"):
        fixture.add_service(name)
    fixture.declare("one")
    fixture.make_ready("one")
    return fixture


def test_a_rollout_is_healthy_when_its_pods_serve(orders: Fixture) -> None:
    assert len(orders.pods("one")) == 2
    assert orders.status()["phase"] == "Healthy"
    assert orders.status()["stableRS"] == orders.pods("one")[0]["metadata"]["labels"][LABEL]


def test_services_stay_with_the_version_each_is_for(orders: Fixture) -> None:
    first = orders.status()["stableRS"]
    orders.declare("two")
    second = orders.status()["currentPodHash"]
    assert (orders.selected("stable"), orders.selected("canary")) == (first, first)
    assert orders.status()["phase"] == "Progressing"
    orders.make_ready("two")
    assert (orders.selected("stable"), orders.selected("canary")) == (second, second)
    assert orders.pods("one") == []


def test_a_declaration_that_changes_no_template_makes_no_pods(orders: Fixture) -> None:
    before = [pod["metadata"]["uid"] for pod in orders.pods("one")]
    orders.declare("one", progressDeadlineSeconds=60)
    assert [pod["metadata"]["uid"] for pod in orders.pods("one")] == before


def test_an_autoscaler_keeps_its_minimum(orders: Fixture) -> None:
    target = {"apiVersion": ROLLOUT.api_version, "kind": "Rollout", "name": "orders"}
    metadata = {"name": "orders", "namespace": "shop"}
    spec = {"scaleTargetRef": target, "minReplicas": 4, "maxReplicas": 8}
    orders.store.put(
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}
    )
    orders.settle()
    assert len(orders.pods("one")) == 4


def test_old_revisions_are_forgotten_beyond_the_limit(orders: Fixture) -> None:
    for version in ("two", "three", "four"):
        orders.declare(version, revisionHistoryLimit=1)
        orders.make_ready(version)
    images = [each["spec"]["template"]["spec"]["containers"][0]["image"] for each in orders.store.list(REPLICA_SET)]
    assert sorted(images) == ["four", "three"]


def test_a_pod_that_is_gone_is_replaced(orders: Fixture) -> None:
    orders.store.remove(orders.pods("one")[0])
    orders.settle()
    assert len(orders.pods("one")) == 2
    assert orders.status()["phase"] == "Progressing"


def test_a_deleted_rollout_takes_its_pods_along(orders: Fixture) -> None:
    orders.store.delete(orders.store.list(ROLLOUT)[0])
    orders.settle()
    assert [*orders.store.list(ROLLOUT), *orders.store.list(REPLICA_SET), *orders.store.list(POD)] == []
