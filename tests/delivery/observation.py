"""What is compared of a rollout: the values that its status goes through, the same for any controller."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any


class Verdict(StrEnum):
    """How a rollout ended, if it has."""

    OPEN = "open"
    PROMOTED = "promoted"
    ABORTED = "aborted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A rollout at one moment; versions by name."""

    phase: str
    step: int | None
    """`status.currentStepIndex`; None where the strategy has no steps."""
    weight: int
    """The percentage of requests that goes to the canary by the rollout's status."""
    active: str
    """The version that serves: the active one of blue-green, the stable one of canary; empty before the first."""
    updating: str
    """The version that is wanted."""
    verdict: Verdict


def observe(rollout: Mapping[str, Any], versions: Mapping[str, str]) -> Observation:
    """The observation of a Rollout object; `versions` has the version's name by its pod-template hash."""
    status = rollout.get("status", {})
    canary = status.get("canary", {})
    serving = (
        status.get("blueGreen", {}).get("activeSelector")
        if "blueGreen" in rollout["spec"]["strategy"]
        else status.get("stableRS")
    )
    return Observation(
        phase=status.get("phase", ""),
        step=status.get("currentStepIndex"),
        weight=((canary.get("weights") or {}).get("canary") or {}).get("weight", 0),
        active=versions.get(serving or "", ""),
        updating=versions.get(status.get("currentPodHash", ""), ""),
        verdict=_verdict(status),
    )


def _verdict(status: Mapping[str, Any]) -> Verdict:
    if status.get("abort"):
        return Verdict.ABORTED
    if any(pause["reason"] == "InconclusiveAnalysisRun" for pause in status.get("pauseConditions") or ()):
        return Verdict.INCONCLUSIVE
    if status.get("phase") == "Healthy" and status.get("stableRS") == status.get("currentPodHash"):
        return Verdict.PROMOTED
    return Verdict.OPEN


def shows(observation: Observation, expected: Mapping[str, Any]) -> bool:
    """Whether the observation has all of these values."""
    return expected.items() <= asdict(observation).items()


def journey(observations: Iterable[Observation]) -> dict[str, list[Any]]:
    """The values of each field in their order, none twice in a row.

    Fields are apart because how two of them interleave depends on how often an observer looks.
    """
    rows = [asdict(each) for each in observations]
    fields = rows[0] if rows else ()
    return {field: [value for value, _ in groupby(row[field] for row in rows)] for field in fields}
