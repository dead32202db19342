"""How a workload gets from one version of its pod template to the next: pure decisions, one function a strategy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.cluster.store import Object


@dataclass(frozen=True, kw_only=True)
class View:
    """What a strategy sees; versions are pod-template hashes, `sizes` the pods there are, `available` those serving."""

    replicas: int
    current: str
    stable: str | None
    sizes: Mapping[str, int]
    available: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be: pods per version (none for one that is not named) and the version that is relied on."""

    sizes: Mapping[str, int]
    stable: str | None


def beside(view: View) -> Plan:
    """All of the new version beside all of the old; the old goes when the new is available."""
    if view.available.get(view.current, 0) >= view.replicas:
        return Plan(sizes={view.current: view.replicas}, stable=view.current)
    sizes = {version: view.replicas for version in (view.current, view.stable) if version}
    return Plan(sizes=sizes, stable=view.stable)


def recreate(view: View) -> Plan:
    """The old version goes before the new one starts."""
    others = sum(size for version, size in view.sizes.items() if version != view.current)
    available = view.available.get(view.current, 0) >= view.replicas
    return Plan(sizes={view.current: 0 if others else view.replicas}, stable=view.current if available else view.stable)


def strategy_of(workload: Object) -> Callable[[View], Plan]:
    """The strategy that a Deployment or Rollout declares."""
    return recreate if workload["spec"].get("strategy", {}).get("type") == "Recreate" else beside
