"""What the local cluster refuses of an object that it knows already, as the real one's admission policy does."""

from sandbox.cluster.kinds import ROLLOUT, Kind
from sandbox.cluster.store import Object

RUNBOOK = "docs/runbook.md has the way"


class RefusedError(Exception):
    """A change that would leave requests without pods."""


def refuse(kind: Kind, old: Object | None, new: Object) -> None:
    """Raises RefusedError where a live Rollout would get another strategy (argo-rollouts#3431)."""
    if kind is not ROLLOUT or old is None:
        return
    before, after = _strategy(old), _strategy(new)
    if before != after:
        raise RefusedError(f"the strategy of a live Rollout cannot change from {before} to {after}: {RUNBOOK}")


def _strategy(rollout: Object) -> str:
    strategy = rollout["spec"].get("strategy", {})
    if "blueGreen" in strategy:
        return "blue-green"
    return "canary" if "trafficRouting" in strategy.get("canary", {}) else "rolling"
