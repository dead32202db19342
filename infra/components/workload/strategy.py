"""The strategy of a Rollout as Argo Rollouts spells it."""

from collections.abc import Sequence
from typing import Any

from infra.components.workload.names import (
    ACTIVE_SERVICE,
    CANARY_SERVICE,
    PREVIEW_SERVICE,
    ROUTE,
    STABLE_SERVICE,
    Process,
    process_name,
)
from infra.shared.release import Analysis, Release, Step, Strategy

_APART = {"preferredDuringSchedulingIgnoredDuringExecution": {"weight": 100}}
"""The new version's pods keep off the nodes of the old one's, where there are others."""
_FIRST_WEIGHT_IS_SET = 1
_FOREVER = 0
_ONE_BY_ONE = {"maxSurge": 1, "maxUnavailable": 0}


def services(strategy: Strategy) -> tuple[str, ...]:
    """The Services of a strategy: the one that serves, then the new version's own where there is one."""
    match strategy:
        case Strategy.ROLLING:
            return (STABLE_SERVICE,)
        case Strategy.CANARY:
            return (STABLE_SERVICE, CANARY_SERVICE)
        case Strategy.BLUE_GREEN:
            return (ACTIVE_SERVICE, PREVIEW_SERVICE)


def strategy_spec(release: Release) -> dict[str, Any]:
    """`spec.strategy`."""
    match release.strategy:
        case Strategy.ROLLING:
            return {"canary": {**_ONE_BY_ONE, "antiAffinity": _APART}}
        case Strategy.CANARY:
            return {"canary": _canary(release)}
        case Strategy.BLUE_GREEN:
            return {"blueGreen": _blue_green(release)}


def _canary(release: Release) -> dict[str, Any]:
    route = {"virtualService": {"name": process_name(Process.API), "routes": [ROUTE]}}
    spec = {
        "stableService": STABLE_SERVICE,
        "canaryService": CANARY_SERVICE,
        **_ONE_BY_ONE,
        "trafficRouting": {"istio": route},
        "antiAffinity": _APART,
        **_delays(release),
        "steps": [_step(step, release) for step in release.steps],
    }
    if release.watched:
        spec["analysis"] = {"startingStep": _FIRST_WEIGHT_IS_SET, **_analyses(release.watched, release, _FOREVER)}
    return spec


def _blue_green(release: Release) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "activeService": ACTIVE_SERVICE,
        "previewService": PREVIEW_SERVICE,
        "autoPromotionEnabled": bool(release.promote_after_seconds),
        "antiAffinity": _APART,
        **_delays(release),
    }
    if release.promote_after_seconds:
        spec["autoPromotionSeconds"] = release.promote_after_seconds
    if release.watched:
        spec["postPromotionAnalysis"] = _analyses(release.watched, release, release.measuring.measurements)
    return spec


def _delays(release: Release) -> dict[str, int]:
    return {
        "scaleDownDelaySeconds": release.scale_down_delay_seconds,
        "abortScaleDownDelaySeconds": release.abort_scale_down_delay_seconds,
    }


def _step(step: Step, release: Release) -> dict[str, Any]:
    if step.weight_percent is not None:
        return {"setWeight": step.weight_percent}
    if step.analyses is not None:
        return {"analysis": _analyses(step.analyses, release, release.measuring.measurements)}
    return {"pause": {"duration": f"{step.pause_seconds}s"} if step.pause_seconds else {}}


def _analyses(analyses: Sequence[Analysis], release: Release, measurements: int) -> dict[str, Any]:
    serving, *own = services(release.strategy)
    return {
        "templates": [{"templateName": analysis.value} for analysis in analyses],
        "args": [
            {"name": "service", "value": own[0] if release.strategy is Strategy.CANARY else serving},
            {"name": "stable-service", "value": serving},
            {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}},
            {"name": "stable-hash", "valueFrom": {"podTemplateHashValue": "Stable"}},
            {"name": "measurements", "value": str(measurements)},
        ],
    }
