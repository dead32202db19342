"""What a person sees of a rollout and may tell its controller, on a real local cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import base
from sandbox.cluster.kinds import BY_NAME, NAMESPACE
from sandbox.commands import abort, promote, rollout
from sandbox.errors import SandboxError
from sandbox.parts.registry import Parts
from sandbox.rollouts import ABORT, NAME, Rollouts
from sandbox.workspace import Workspace
from tests.harness.local_cluster import DIGEST, PROGRAM, container, service, workload
from tests.harness.processes import free_port, wait_until

pytestmark = pytest.mark.parts

STRATEGY = {
    "blueGreen": {
        "activeService": "orders-active",
        "previewService": "orders-preview",
        "autoPromotionEnabled": False,
        "scaleDownDelaySeconds": 1,
        "abortScaleDownDelaySeconds": 1,
    }
}


class Orders:
    """The order service's Rollout in a cluster of its own, as blue-green that waits for somebody."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        part = Parts(workspace.state).create(base.CLUSTER, base.CLUSTER, preferred_port=free_port())
        self.http = httpx.Client(base_url=base.url(part), trust_env=False, timeout=30)
        self._put({"apiVersion": "v1", "kind": NAMESPACE.name, "metadata": {"name": "orders"}})
        for name in ("orders-active", "orders-preview"):
            self._put(service(name, NAME))

    def declare(self, version: str) -> None:
        kind = BY_NAME["argoproj.io/v1alpha1", "Rollout"]
        self._put(workload(kind, NAME, container(version), strategy=STRATEGY))

    def phase(self, expected: str) -> None:
        wait_until(lambda: self.status().get("phase") == expected, what=expected)

    def status(self) -> dict[str, Any]:
        with Rollouts(self.workspace) as rollouts:
            rollout = rollouts.rollout()
        status = rollout.get("status", {})
        return status if status.get("observedGeneration") == str(rollout["metadata"]["generation"]) else {}

    def _put(self, item: dict[str, Any]) -> None:
        kind = BY_NAME[item["apiVersion"], item["kind"]]
        if kind.namespaced:
            item["metadata"]["namespace"] = "orders"
        self.http.put(kind.path("orders", item["metadata"]["name"]), json=item).raise_for_status()


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orders]:
    state = tmp_path_factory.mktemp("state")
    image = state / "images" / DIGEST.replace(":", "-")
    image.mkdir(parents=True)
    (image / "serve.py").write_text(PROGRAM)
    here = Orders(Workspace(checkout=state, state=state))
    here.declare("one")
    here.phase("Healthy")
    yield here
    here.http.close()
    Parts(state).remove(base.CLUSTER)


def test_with_nothing_on_its_way_there_is_nothing_to_promote_or_abort(orders: Orders) -> None:
    for command in (lambda: promote.run(orders.workspace, full=False), lambda: abort.run(orders.workspace)):
        with pytest.raises(SandboxError, match="no version is on its way"):
            command()


def test_a_version_in_preview_answers_at_its_own_address_until_it_is_aborted(
    orders: Orders, capsys: pytest.CaptureFixture[str]
) -> None:
    orders.declare("two")
    orders.phase("Paused")
    with Rollouts(orders.workspace) as rollouts:
        preview = rollouts.preview_url()
    assert preview is not None
    wait_until(lambda: _version(preview) == "two")
    rollout.run(orders.workspace)
    shown = capsys.readouterr().out
    assert "Paused" in shown
    assert f"preview: {preview}" in shown
    abort.run(orders.workspace)
    orders.phase("Degraded")
    wait_until(lambda: _version(preview) is None)
    orders.declare("one")
    orders.phase("Healthy")


@pytest.mark.parametrize(("full", "version"), [(False, "three"), (True, "four")])
def test_a_promotion_switches_to_what_was_in_preview(orders: Orders, full: bool, version: str) -> None:
    orders.declare(version)
    orders.phase("Paused")
    wanted = orders.status()["currentPodHash"]
    with Rollouts(orders.workspace) as rollouts:
        assert rollouts.is_under_way()
    promote.run(orders.workspace, full=full)
    orders.phase("Healthy")
    assert orders.status()["blueGreen"]["activeSelector"] == wanted


def test_a_patch_that_the_cluster_refuses_is_said(orders: Orders) -> None:
    with Rollouts(orders.workspace) as rollouts, pytest.raises(SandboxError, match="the local cluster"):
        rollouts.patch([ABORT])  # pyright: ignore[reportArgumentType]


def test_without_a_cluster_the_command_that_raises_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="`make up` raises the stack"):
        Rollouts(Workspace(checkout=tmp_path, state=tmp_path))


def _version(url: str) -> str | None:
    try:
        return httpx.get(url, trust_env=False).json()["version"]
    except httpx.HTTPError:
        return None
