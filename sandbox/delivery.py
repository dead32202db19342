"""A version on its way: through the program, measured under traffic, watched, and taken back where it is given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from sandbox import base, configuration, engines, releases
from sandbox.errors import SandboxError
from sandbox.parts.part import PartError
from sandbox.parts.registry import Parts
from sandbox.rollouts import PROMOTE_FULL, Rollouts
from sandbox.shoppers import shopping
from sandbox.stack import is_raised, outputs
from sandbox.watch import LOOK_SECONDS, watching
from sandbox.workspace import Workspace

PROMETHEUS_PORT = 19090
SHOPPERS_PER_SECOND = 40
"""Enough for a tenth of them to be measured."""
DEGRADED = "Degraded"


def ship(workspace: Workspace, digest: str, *, requests_per_second: int) -> None:
    """Sets the stack's image and waits for the verdict; an aborted one is taken back, and SandboxError says why.

    Refused while another version is on its way.
    """
    outputs(workspace)
    before = configuration.image_digest(workspace.configuration_file)
    with Rollouts(workspace) as rollouts:
        _refuse_a_second(workspace, rollouts, before)
        parts = _measured_parts(workspace)
        try:
            with shopping(workspace, requests_per_second), watching(workspace, rollouts):
                _set(workspace, parts, digest)
        except SandboxError:
            status = rollouts.rollout()["status"]
            if before is None or before == digest or status.get("phase") != DEGRADED:
                raise
            name = releases.name_of(workspace, digest)
            print(f"\n{name} was given up; the stack goes back to what served all along:")
            _set(workspace, parts, before)
            raise SandboxError(f"version {name}: {status['message']}") from None


def undo(workspace: Workspace, *, requests_per_second: int) -> str:
    """Sets the stack's image back to the version before; returns its name."""
    with Rollouts(workspace) as rollouts:
        back = _version_before(workspace, rollouts)
        parts = _measured_parts(workspace)
        with shopping(workspace, requests_per_second), watching(workspace, rollouts):
            _set(workspace, parts, back)
    return releases.name_of(workspace, back)


def update(workspace: Workspace, parts: Parts, *, moved: bool, replaced: Sequence[str] = ()) -> None:
    """Makes the stack what the program says, `moved` where parts have other ports than it knows."""
    with attended(workspace, parts, moved=moved) if is_raised(workspace) else nullcontext():
        engines.choose(workspace, parts, replaced=replaced).up(refresh=moved)
    if digest := configuration.image_digest(workspace.configuration_file):
        releases.keep_as_served(workspace, digest)


@contextmanager
def attended(workspace: Workspace, parts: Parts, *, moved: bool) -> Iterator[None]:
    """A version that the block puts on its way, by whatever it changes, is measured under traffic and shown.

    Where parts `moved`, the version before reaches them no more: there is nothing to measure against, and the new one
    is promoted in full.
    """
    over = threading.Event()
    with Rollouts(workspace) as rollouts:
        attendant = threading.Thread(target=_attend, args=(workspace, parts, rollouts, over, moved), daemon=True)
        attendant.start()
        try:
            yield
        finally:
            over.set()
            attendant.join()


def _attend(workspace: Workspace, parts: Parts, rollouts: Rollouts, over: threading.Event, moved: bool) -> None:
    while not _makes_its_way(rollouts):
        if over.wait(LOOK_SECONDS):
            return
    try:
        if moved:
            rollouts.patch(PROMOTE_FULL)
            return
        measure(parts)
        with shopping(workspace, SHOPPERS_PER_SECOND), watching(workspace, rollouts):
            over.wait()
    except SandboxError as error:
        print(f"No shoppers: {error}")


def _makes_its_way(rollouts: Rollouts) -> bool:
    """A cluster that does not answer, or has no Rollout yet, has no version on its way."""
    try:
        return rollouts.is_under_way() and rollouts.rollout()["status"].get("phase") != DEGRADED
    except SandboxError:
        return False


def measure(parts: Parts) -> None:
    """Starts Prometheus, or says that nothing can be measured."""
    settings = {"cluster_url": base.url(parts.get(base.CLUSTER))}
    try:
        parts.create("prometheus", "prometheus", preferred_port=PROMETHEUS_PORT, settings=settings)
    except PartError as error:
        parts.remove("prometheus")
        print(f"No Prometheus: {error}\nMetrics are inconclusive: a release waits for `make promote` or `make abort`.")


def _set(workspace: Workspace, parts: Parts, digest: str) -> None:
    engines.choose(workspace, parts, digest=digest).up(refresh=False)
    releases.keep_as_served(workspace, digest)


def _measured_parts(workspace: Workspace) -> Parts:
    parts = Parts(workspace.state, notify=print)
    engines.start_base(workspace, parts)
    measure(parts)
    return parts


def _refuse_a_second(workspace: Workspace, rollouts: Rollouts, digest: str | None) -> None:
    if rollouts.is_under_way() and rollouts.rollout()["status"].get("phase") != DEGRADED:
        raise SandboxError(
            f"version {releases.name_of(workspace, digest or '')} is on its way: `make rollout` shows how far, and "
            "`make promote`, `make abort` or `make undo` come before another"
        )


def _version_before(workspace: Workspace, rollouts: Rollouts) -> str:
    status, images = rollouts.rollout().get("status", {}), rollouts.images()
    wanted, stable = (images.get(status.get(key) or "", "") for key in ("currentPodHash", "stableRS"))
    back = stable if stable != wanted else releases.served_before(workspace, wanted)
    if not back:
        raise SandboxError("there is no version before this one; `make deploy VERSION=…` ships another")
    return back
