"""This machine's cluster as a part: what it refuses, and what is left of it."""

import os
from pathlib import Path

import psutil
import pytest

from sandbox.kubernetes import clusters
from sandbox.kubernetes.control_plane import ControlPlane
from sandbox.kubernetes.programs import BUSYBOX_IMAGE
from sandbox.parts.part import Health, PartError, PartRecord
from tests.harness.local_cluster import until
from tests.harness.stack import LocalStack

SHIELDED = Path("/proc/sys/vm/overcommit_memory")
CGROUPS = Path("/sys/fs/cgroup")

on_a_cluster = pytest.mark.skipif("FORTRESS_CLUSTER" not in os.environ, reason="`make cluster-test` builds a cluster")


@pytest.mark.parametrize(("what", "value"), [("os.geteuid", lambda: 1000), ("sys.platform", "darwin")])
def test_who_is_not_root_or_not_on_linux_is_told_what_is_needed(
    what: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = ControlPlane(tmp_path / "control-plane")
    part.write(PartRecord(kind=part.kind, name="control-plane", port=16444))
    monkeypatch.setattr(what, value)
    with pytest.raises(PartError, match="needs Linux and root"):
        part.start()
    assert part.health() is Health.STOPPED


@pytest.mark.cluster
@on_a_cluster
def test_killed_or_removed_nothing_of_it_is_left(tmp_path: Path) -> None:
    before = SHIELDED.read_text()
    part = clusters.own(tmp_path, print)
    try:
        part.objects().apply(pod())
        until(lambda: runs(part), 60)
        family = part.process().children(recursive=True)  # type: ignore[union-attr]
        assert {"kube-apiserver", "kubelet", "containerd-shim-runc-v2"} <= {each.name() for each in family}
        part.process().kill()  # type: ignore[union-attr]
        until(lambda: not psutil.wait_procs(family, timeout=0)[1])
        assert part.health() is Health.DEAD
        clusters.own(tmp_path, print)
        until(lambda: runs(part), 60)
    finally:
        clusters.remove(tmp_path, print)
    assert list(tmp_path.iterdir()) == []
    assert left_of(part) == []
    assert SHIELDED.read_text() == before


@pytest.mark.cluster
@on_a_cluster
def test_interrupted_half_way_it_is_taken_down_without_a_trace(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path / "state")
    part = ControlPlane(stack.state / "kubernetes" / "parts" / "control-plane")
    command = stack.start("cluster")
    try:
        until(lambda: (part.folder / "part.json").exists() and part.process() is not None, 60)
        command.kill()
        command.communicate()
        until(lambda: "containerd" in {each.name() for each in part.process().children(recursive=True)}, 60)  # type: ignore[union-attr]
    finally:
        stack.run("cluster-down")
    assert stack.processes() == []
    assert not (stack.state / "kubernetes").exists()
    assert left_of(part) == []


def left_of(part: ControlPlane) -> list[str]:
    """Cgroups and mounts that outlived the cluster; its network is its processes'."""
    cgroups = [str(path) for path in (CGROUPS, *CGROUPS.iterdir()) if (path / part.cgroup).exists()]
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(part.folder) in line]
    return [*cgroups, *mounts]


def runs(part: ControlPlane) -> bool:
    found = part.objects().get("v1", "Pod", "sleeper", "default")
    return found is not None and all(
        each["ready"] for each in found["status"].get("containerStatuses", [{"ready": False}])
    )


def pod() -> dict:
    container = {"name": "sleeper", "image": BUSYBOX_IMAGE, "command": ["/bin/sleep", "3600"]}
    metadata = {"name": "sleeper", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
