"""A version on its way: through the program, measured under traffic, watched, and taken back where it is given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox import base, configuration, engines, releases
from sandbox.errors import SandboxError
from sandbox.parts.part import PartError
from sandbox.parts.registry import Parts
from sandbox.rollouts import Rollouts
from sandbox.shoppers import shopping
from sandbox.stack import outputs
from sandbox.watch import watching
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


def update(workspace: Workspace, parts: Parts, *, refresh: bool, replaced: Sequence[str] = ()) -> None:
    """Makes the stack what the program says; where it stands and gets another image, that is measured on its way."""
    with _watched_if_needed(workspace, parts):
        engines.choose(workspace, parts, replaced=replaced).up(refresh=refresh)
    if digest := configuration.image_digest(workspace.configuration_file):
        releases.keep_as_served(workspace, digest)


@contextmanager
def _watched_if_needed(workspace: Workspace, parts: Parts) -> Iterator[None]:
    if not engines.image_changes(workspace):
        yield
        return
    measure(parts)
    with Rollouts(workspace) as rollouts, shopping(workspace, SHOPPERS_PER_SECOND), watching(workspace, rollouts):
        yield


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
