"""Versions of the order service on real pods: the program's own Rollout, route and analyses, under load."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox import image, releases
from sandbox.commands.order import ORDER
from sandbox.kubernetes import clusters, deployment
from sandbox.kubernetes.control_plane import ControlPlane
from sandbox.kubernetes.objects import Objects
from sandbox.workspace import CHECKOUT, Workspace
from tests.harness.load import Load
from tests.harness.local_cluster import until
from tests.harness.stack import LocalStack

ARGO, ISTIO, NAMESPACE, NAME = "argoproj.io/v1alpha1", "networking.istio.io/v1", "orders", "orders-api"
RELEASE_SECONDS = 300
REQUESTS_PER_SECOND = 20
FIRST_STEP_PERCENT = 10

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif("FORTRESS_CLUSTER" not in os.environ, reason="`make cluster-test` builds a cluster"),
]


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The stack, and a cluster of its own that has its objects."""

    stack: LocalStack
    workspace: Workspace
    cluster: ControlPlane
    objects: Objects

    def load(self) -> Load:
        """Shoppers who come through the cluster's gateway."""
        return Load(self.cluster.gateway_url, self.stack.run("token").strip(), ORDER)

    def ship(self, digest: str) -> None:
        """Declares the Rollout with an image."""
        declared = next(item for item, _ in deployment.declared(self.workspace) if item["kind"] == "Rollout")
        (container,) = declared["spec"]["template"]["spec"]["containers"]
        container["image"] = f"{container['image'].partition('@')[0]}@{digest}"
        deployment.load(self.workspace, self.cluster, container["image"], print)
        self.objects.apply(declared)

    @property
    def status(self) -> dict[str, Any]:
        """The Rollout's status."""
        return (self.objects.get(ARGO, "Rollout", NAME, NAMESPACE) or {}).get("status", {})

    @property
    def weights(self) -> list[int]:
        """What the VirtualService gives the stable version and the canary."""
        route = self.objects.get(ISTIO, "VirtualService", NAME, NAMESPACE)
        return [each["weight"] for each in route["spec"]["http"][0]["route"]]  # type: ignore[index]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    stack = LocalStack(tmp_path_factory.mktemp("shop") / "state")
    try:
        stack.run("up")
        stack.run("cluster")
        ports = {part.record.port for part in stack.parts.all()}
        cluster = clusters.own(stack.state, print, loopback_ports=ports)
        workspace = Workspace(checkout=CHECKOUT, state=stack.state)
        shop = Shop(stack=stack, workspace=workspace, cluster=cluster, objects=cluster.objects())
        until(lambda: is_healthy(shop), RELEASE_SECONDS)
        yield shop
        stack.run("down")
        assert stack.processes() == []
    finally:
        clusters.remove(stack.state, print)
        stack.end_by_force()


def test_a_good_version_is_promoted_by_its_own_analyses_without_a_failed_request(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    before, load = shop.status["stableRS"], shop.load()
    with load.at(REQUESTS_PER_SECOND):
        shop.ship(image.build(CHECKOUT, shop.workspace.images, {"version": "another"}))
        took = seconds(lambda: is_healthy(shop) and shop.status["stableRS"] != before)
    say(capsys, f"good: promoted after {took:.0f} s, {outcome(load)}")
    assert load.failed == 0
    assert load.answers["200"] > 0
    until(lambda: shop.weights == [100, 0], RELEASE_SECONDS)


@pytest.mark.parametrize("fault", ["errors:0.3", "latency:400ms"])
def test_a_bad_version_takes_itself_back(fault: str, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    before, load = shop.status["stableRS"], shop.load()
    with load.at(REQUESTS_PER_SECOND):
        shop.ship(releases.build(shop.workspace, fault.replace(":", "-"), fault).digest)
        until(lambda: shop.weights[1] == FIRST_STEP_PERCENT, RELEASE_SECONDS)
        verdict = seconds(lambda: shop.status.get("abort"))
        back = seconds(lambda: shop.weights == [100, 0])
    say(capsys, f"{fault}: aborted {verdict:.0f} s after the first step, all back {back:.1f} s later, {outcome(load)}")
    assert shop.status["stableRS"] == before
    assert load.failed <= load.answers.total() * FIRST_STEP_PERCENT / 100


def is_healthy(shop: Shop) -> bool:
    status = shop.status
    return status.get("phase") == "Healthy" and status.get("stableRS") == status.get("currentPodHash")


def seconds(condition: Callable[[], Any]) -> float:
    """How long it takes until that is so."""
    began = time.monotonic()
    until(condition, RELEASE_SECONDS)
    return time.monotonic() - began


def outcome(load: Load) -> str:
    return f"{load.failed} of {load.answers.total()} requests failed ({dict(load.answers)})"


def say(capsys: pytest.CaptureFixture[str], figure: str) -> None:
    with capsys.disabled():
        print(f"\n    {figure}")
