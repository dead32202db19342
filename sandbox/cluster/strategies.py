"""How a workload gets from one version of its pod template to the next: pure decisions, one function a strategy.

Deployments are here; Rollouts in `canary` and `blue_green`, which decide as Argo Rollouts does (rollout/*.go there).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.cluster.store import Object

EPOCH = datetime.fromtimestamp(0, UTC)
EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class View:
    """What a strategy sees; versions are pod-template hashes, `sizes` the pods wanted, `available` those serving."""

    replicas: int
    current: str
    stable: str | None
    sizes: Mapping[str, int]
    available: Mapping[str, int]
    created: Mapping[str, int] = field(default_factory=dict)
    """The pods that there are."""
    spec: Object = field(default_factory=dict)
    """The Rollout's `spec`."""
    status: Object = field(default_factory=dict)
    """The Rollout's status as it was last written."""
    selectors: Mapping[str, str | None] = field(default_factory=dict)
    """The version that each Service of the strategy points at."""
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    """When versions that are no longer needed lose their pods."""
    runs: Mapping[str, "Run"] = field(default_factory=dict)
    """The analyses that go on, by role."""
    goes_back: bool = False
    """Whether the wanted version is older than the stable one."""
    now: datetime = EPOCH

    def is_available(self, version: str | None) -> bool:
        """Whether all replicas of a version serve."""
        return version is not None and self.available.get(version, 0) >= self.replicas


@dataclass(frozen=True, kw_only=True)
class Run:
    """An analysis as far as it has come; `step` is the canary step that it belongs to."""

    phase: str
    message: str = ""
    step: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be: pods per version (none for one that is not named) and the version that is relied on."""

    sizes: Mapping[str, int]
    stable: str | None
    selectors: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    weight: int | None = None
    """The new version's share of the route in percent; None leaves the route alone."""
    wanted: Mapping[str, Object] = field(default_factory=dict)
    """The analyses that go on or begin, by role; any other is ended."""
    status: Object = field(default_factory=dict)
    """What the strategy says of itself in the Rollout's status."""


def beside(view: View) -> Plan:
    """All of the new version beside all of the old; the old goes when the new is available."""
    if view.is_available(view.current):
        return Plan(sizes={view.current: view.replicas}, stable=view.current)
    sizes = {version: view.replicas for version in (view.current, view.stable) if version}
    return Plan(sizes=sizes, stable=view.stable)


def recreate(view: View) -> Plan:
    """The old version goes before the new one starts."""
    others = sum(size for version, size in view.sizes.items() if version != view.current)
    stable = view.current if view.is_available(view.current) else view.stable
    return Plan(sizes={view.current: 0 if others else view.replicas}, stable=stable)


def strategy_of(deployment: Object) -> Callable[[View], Plan]:
    """The strategy that a Deployment declares."""
    return recreate if deployment["spec"].get("strategy", {}).get("type") == "Recreate" else beside
