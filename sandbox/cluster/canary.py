"""Canary: a growing share of the route for the new version, measured on the way; without a route, pod by pod."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.progress import (
    CANARY_PAUSE,
    INCONCLUSIVE,
    SUCCESSFUL,
    Outcome,
    kept_after_abort,
    kept_after_switch,
    needs_another,
    taken_up,
)
from sandbox.cluster.routes import go_seconds
from sandbox.cluster.store import Object
from sandbox.cluster.strategies import EMPTY, Plan, View

STEP, BACKGROUND = "step", "background"
WHOLE = 100


def canary(view: View) -> Plan:
    """One look at a canary with a route."""
    strategy, steps = _strategy(view), _steps(view)
    fresh = taken_up(view, step=len(steps) if view.stable == view.current else 0)
    if fresh is not None:
        return Plan(sizes=view.sizes, stable=view.stable, deadlines=view.deadlines, status=fresh)
    outcome = Outcome(view)
    halted = INCONCLUSIVE in outcome.pauses
    weight = _weight(view)
    wanted = _analyses(view, outcome)
    sizes, deadlines = dict(view.sizes), dict(view.deadlines)
    if not halted and not outcome.added:
        sizes, deadlines = _sizes(view, strategy, outcome)
        if sizes == view.sizes:
            _pause(view, outcome)
    status, stable = _conclude(view, outcome)
    if STEP in wanted and status["currentStepIndex"] != _index(view):
        wanted = {role: analysis for role, analysis in wanted.items() if role != STEP}
    return Plan(
        sizes=sizes,
        stable=stable,
        selectors=_selectors(view, strategy),
        deadlines=deadlines,
        weight=weight,
        wanted=wanted,
        status=status,
    )


def rolling(view: View) -> Plan:
    """One look at an update pod by pod: a new one comes first, then an old one goes."""
    fresh = taken_up(view, step=None)
    if fresh is not None:
        return Plan(sizes=view.sizes, stable=view.stable, status=fresh)
    outcome = Outcome(view)
    stable = view.current if view.stable is None or view.is_available(view.current) else view.stable
    goal = view.stable if outcome.aborted and view.stable else view.current
    others = {version: size for version, size in view.sizes.items() if version != goal and size}
    room = view.replicas + 1 - sum(view.sizes.values())
    grown = min(view.replicas, view.sizes.get(goal, 0) + max(room, 0))
    surplus = view.available.get(goal, 0) + sum(others.values()) - view.replicas
    for version in sorted(others, key=lambda version: view.available.get(version, 0)):
        leaving = min(others[version], max(surplus, 0))
        others[version], surplus = others[version] - leaving, surplus - leaving
    if stable == view.current:
        outcome.forgive()
    return Plan(sizes={**others, goal: grown}, stable=stable, status={**outcome.status(), "currentStepIndex": None})


def set_weight(view: View, index: int) -> int:
    """The weight that the steps up to and with `index` have set; all of it behind the last."""
    steps = _steps(view)
    if index >= len(steps):
        return WHOLE
    return next((step["setWeight"] for step in reversed(steps[: index + 1]) if "setWeight" in step), 0)


def _strategy(view: View) -> Mapping[str, Any]:
    return view.spec.get("strategy", EMPTY).get("canary", EMPTY)


def _steps(view: View) -> list[Object]:
    return _strategy(view).get("steps", [])


def _weights(view: View) -> Mapping[str, Any]:
    return (view.status.get("canary", EMPTY).get("weights") or EMPTY).get("canary", EMPTY)


def _index(view: View) -> int:
    found = view.status.get("currentStepIndex")
    return len(_steps(view)) if found is None else found


def _is_promoted(view: View) -> bool:
    return view.stable is not None and view.stable == view.status.get("currentPodHash")


def _wanted_pods(view: View) -> int:
    if view.status.get("promoteFull") or view.stable in (None, view.current):
        return view.replicas
    weight = 0 if view.status.get("abort") else set_weight(view, _index(view))
    return math.ceil(view.replicas * weight / WHOLE)


def _is_at_size(view: View) -> bool:
    wanted = _wanted_pods(view)
    new = wanted == view.sizes.get(view.current, 0) == view.available.get(view.current, 0)
    stable = view.stable is None or view.created.get(view.stable, 0) == view.replicas
    return new and stable


def _weight(view: View) -> int | None:
    """The new version's share; None where the stable version could not carry the rest."""
    index = _index(view)
    if _is_promoted(view) or view.status.get("abort") or not view.available.get(view.current, 0):
        weight = 0
    elif view.status.get("promoteFull"):
        weight = _weights(view).get("weight", 0)
    elif not _is_at_size(view):
        weight = set_weight(view, index - 1) if index else 0
    else:
        weight = set_weight(view, index)
    rest = (WHOLE - weight) * view.replicas // WHOLE
    carries = view.stable is not None and view.available.get(view.stable, 0) >= rest
    return weight if carries else None


def _selectors(view: View, strategy: Mapping[str, Any]) -> dict[str, str]:
    """Where the two Services point; a version without a serving pod is never pointed at."""
    canary = view.stable if view.status.get("abort") else view.current
    targets = {strategy.get("stableService"): view.stable, strategy.get("canaryService"): canary}
    found = {}
    for service, version in targets.items():
        least = 1 if view.selectors.get(service or "") else view.replicas
        if service and version and view.available.get(version, 0) >= least:
            found[service] = version
    return found


def _analyses(view: View, outcome: Outcome) -> dict[str, Object]:
    if view.stable is None or _is_promoted(view) or view.status.get("abort") or view.status.get("promoteFull"):
        return {}
    return {**_step_analysis(view, outcome), **_background_analysis(view, outcome)}


def _step_analysis(view: View, outcome: Outcome) -> dict[str, Object]:
    index, steps, run = _index(view), _steps(view), view.runs.get(STEP)
    analysis = steps[index].get("analysis") if index < len(steps) else None
    if analysis is None or (run is not None and run.step != index):
        return {}
    if view.status.get("pauseConditions"):
        return {STEP: analysis} if run else {}
    if not needs_another(view, run):
        outcome.judge(run, "Step-based")
    return {STEP: analysis}


def _background_analysis(view: View, outcome: Outcome) -> dict[str, Object]:
    analysis = _strategy(view).get("analysis")
    if analysis is None or _index(view) < analysis.get("startingStep", 0):
        return {}
    run = view.runs.get(BACKGROUND)
    if INCONCLUSIVE not in outcome.pauses and not needs_another(view, run):
        outcome.judge(run, "Background")
    return {BACKGROUND: analysis}


def _sizes(view: View, strategy: Mapping[str, Any], outcome: Outcome) -> tuple[dict[str, int], dict[str, datetime]]:
    sizes = dict(view.sizes)
    deadlines: dict[str, datetime] = {}
    if view.stable not in (None, view.current):
        sizes[view.stable or ""] = view.replicas
    if outcome.aborted and view.stable not in (None, view.current):
        sizes[view.current], deadlines = kept_after_abort(view, strategy)
    else:
        sizes[view.current] = _wanted_pods(view)
    pointed_at = {*view.selectors.values(), _weights(view).get("podTemplateHash")}
    for version, size in view.sizes.items():
        if version in (view.current, view.stable) or not size or version in pointed_at:
            continue
        if _is_promoted(view) or version in view.deadlines:
            sizes[version], kept = kept_after_switch(view, strategy, version)
            deadlines |= kept
        else:
            sizes[version] = 0
    return sizes, deadlines


def _pause(view: View, outcome: Outcome) -> None:
    index, steps = _index(view), _steps(view)
    if view.status.get("promoteFull") or outcome.aborted or index >= len(steps) or "pause" not in steps[index]:
        return
    if CANARY_PAUSE not in outcome.pauses and not view.status.get("controllerPause"):
        outcome.pause(CANARY_PAUSE)


def _conclude(view: View, outcome: Outcome) -> tuple[Object, str | None]:
    index, last = _index(view), len(_steps(view))
    if view.status.get("promoteFull"):
        outcome.forgive()
        index = last
    goes_back = view.stable == view.current
    if view.stable is None or (
        not outcome.aborted and view.is_available(view.current) and (goes_back or index == last)
    ):
        outcome.forgive()
        return {**outcome.status(), "promoteFull": False, "currentStepIndex": last}, view.current
    if outcome.aborted:
        index = last if goes_back else 0
    elif _is_done(view, outcome):
        index += 1
        outcome.resume(CANARY_PAUSE)
    promoting = bool(view.status.get("promoteFull"))
    return {**outcome.status(), "promoteFull": promoting, "currentStepIndex": index}, view.stable


def _is_done(view: View, outcome: Outcome) -> bool:
    index, steps = _index(view), _steps(view)
    if index >= len(steps):
        return False
    step = steps[index]
    if "setWeight" in step:
        return _is_at_size(view)
    if "analysis" in step:
        run = view.runs.get(STEP)
        return run is not None and run.step == index and run.phase == SUCCESSFUL
    return outcome.resumed or _has_waited(view, step.get("pause", {}))


def _has_waited(view: View, pause: Mapping[str, Any]) -> bool:
    since = next((each for each in view.status.get("pauseConditions") or () if each["reason"] == CANARY_PAUSE), None)
    if since is None or "duration" not in pause:
        return False
    return view.now > datetime.fromisoformat(since["startTime"]) + timedelta(seconds=go_seconds(pause["duration"]))
