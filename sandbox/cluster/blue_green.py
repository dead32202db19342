"""Blue-green: all of the new version in preview, then one switch of the active Service."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.progress import (
    BLUE_GREEN_PAUSE,
    INCONCLUSIVE,
    SUCCESSFUL,
    Outcome,
    kept_after_abort,
    kept_after_switch,
    needs_another,
    taken_up,
)
from sandbox.cluster.store import Object
from sandbox.cluster.strategies import Plan, View

PRE, POST = "pre", "post"


def blue_green(view: View) -> Plan:
    """One look at a blue-green Rollout."""
    strategy = view.spec["strategy"]["blueGreen"]
    preview = {strategy["previewService"]: view.current} if "previewService" in strategy else {}
    fresh = taken_up(view, step=None) if view.status.get("currentPodHash") else None
    if fresh is not None:
        return Plan(sizes=view.sizes, stable=view.stable, selectors=preview, deadlines=view.deadlines, status=fresh)
    outcome = Outcome(view)
    halted = INCONCLUSIVE in outcome.pauses
    sizes, deadlines = _sizes(view, strategy, outcome)
    active = view.selectors.get(strategy["activeService"])
    if not halted:
        _pause(view, strategy, outcome)
        active = _active(view, strategy, outcome)
    wanted = _analyses(view, strategy, outcome, active)
    status, stable = _conclude(view, strategy, outcome, active)
    selectors = preview | ({strategy["activeService"]: active} if active else {})
    return Plan(sizes=sizes, stable=stable, selectors=selectors, deadlines=deadlines, wanted=wanted, status=status)


def _is_fast(view: View, active: str | None) -> bool:
    """Back to a version whose pods are still there, promoted in full, or nothing to switch from."""
    return bool(_goes_back(view) or view.status.get("promoteFull") or active in (None, view.current))


def _goes_back(view: View) -> bool:
    return view.stable == view.current or (view.goes_back and view.current in view.deadlines)


def _is_analysed(view: View, strategy: Mapping[str, Any]) -> bool:
    run = view.runs.get(PRE)
    return "prePromotionAnalysis" not in strategy or (run is not None and run.phase == SUCCESSFUL)


def _is_promoted_by_hand(strategy: Mapping[str, Any]) -> bool:
    return not strategy.get("autoPromotionEnabled", True)


def _has_paused(view: View, strategy: Mapping[str, Any], outcome: Outcome) -> bool:
    if outcome.added:
        return False
    if _is_promoted_by_hand(strategy):
        return outcome.resumed
    seconds = strategy.get("autoPromotionSeconds", 0)
    since = next(
        (each for each in view.status.get("pauseConditions") or () if each["reason"] == BLUE_GREEN_PAUSE), None
    )
    if not seconds:
        return True
    return since is not None and view.now > datetime.fromisoformat(since["startTime"]) + timedelta(seconds=seconds)


def _pause(view: View, strategy: Mapping[str, Any], outcome: Outcome) -> None:
    active = view.selectors.get(strategy["activeService"])
    pauses = _is_promoted_by_hand(strategy) or strategy.get("autoPromotionSeconds", 0) > 0
    if outcome.aborted or not view.is_available(view.current):
        return
    if _is_fast(view, active) or not pauses:
        outcome.resume(BLUE_GREEN_PAUSE)
    elif _is_analysed(view, strategy):
        if BLUE_GREEN_PAUSE in outcome.pauses and _has_paused(view, strategy, outcome):
            outcome.resume(BLUE_GREEN_PAUSE)
        elif BLUE_GREEN_PAUSE not in outcome.pauses and not view.status.get("controllerPause"):
            outcome.pause(BLUE_GREEN_PAUSE)


def _active(view: View, strategy: Mapping[str, Any], outcome: Outcome) -> str | None:
    """Where the active Service points from now on."""
    active = view.selectors.get(strategy["activeService"])
    if not view.is_available(view.current):
        return active
    if view.status.get("abort"):
        return view.stable
    passed = _has_paused(view, strategy, outcome) and _is_analysed(view, strategy)
    return view.current if _is_fast(view, active) or passed else active


def _analyses(view: View, strategy: Mapping[str, Any], outcome: Outcome, active: str | None) -> dict[str, Object]:
    over = view.stable is None or view.stable == view.status.get("currentPodHash")
    if over or view.status.get("abort") or view.status.get("promoteFull"):
        return {}
    before = view.status.get("blueGreen", {}).get("activeSelector")
    wanted = {}
    for role, key, begins in (
        (PRE, "prePromotionAnalysis", bool(before) and before != view.current),
        (POST, "postPromotionAnalysis", before == view.current == active),
    ):
        run = view.runs.get(role)
        if key not in strategy or not begins or (run is None and not view.is_available(view.current)):
            continue
        wanted[role] = strategy[key]
        if INCONCLUSIVE not in outcome.pauses and not needs_another(view, run):
            outcome.judge(run, f"Blue/green {role}-promotion")
    return wanted


def _sizes(view: View, strategy: Mapping[str, Any], outcome: Outcome) -> tuple[dict[str, int], dict[str, datetime]]:
    sizes = {**view.sizes, view.current: view.replicas}
    deadlines: dict[str, datetime] = {}
    if view.stable:
        sizes[view.stable] = view.replicas
    if outcome.aborted and view.stable not in (None, view.current):
        sizes[view.current], deadlines = kept_after_abort(view, strategy)
    pointed_at = {*view.selectors.values()}
    for version, size in view.sizes.items():
        if version in (view.current, view.stable) or not size or version in pointed_at:
            continue
        if INCONCLUSIVE in outcome.pauses:
            continue
        sizes[version], kept = kept_after_switch(view, strategy, version)
        deadlines |= kept
    return sizes, deadlines


def _conclude(
    view: View, strategy: Mapping[str, Any], outcome: Outcome, active: str | None
) -> tuple[Object, str | None]:
    full = bool(view.status.get("promoteFull"))
    if full:
        outcome.forgive()
    run = view.runs.get(POST)
    measured = "postPromotionAnalysis" not in strategy or (run is not None and run.phase == SUCCESSFUL)
    passed = full or _goes_back(view)
    if (
        view.stable is None
        or active is None
        or (active == view.current and (passed or (measured and not outcome.aborted)))
    ):
        outcome.forgive()
        return {**outcome.status(), "promoteFull": False}, view.current
    return {**outcome.status(), "promoteFull": full}, view.stable
