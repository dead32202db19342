from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cluster.canary import canary, rolling, set_weight
from sandbox.cluster.strategies import Run, View

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANALYSIS = {"templates": [{"templateName": "success-rate"}]}
STEPS = [{"setWeight": 10}, {"analysis": ANALYSIS}, {"setWeight": 50}, {"pause": {"duration": "2s"}}]
CANARY = {"stableService": "stable", "canaryService": "canary", "trafficRouting": {}, "steps": STEPS}


def view(step: int, *, status: dict[str, Any] | None = None, **fields: Any) -> View:
    """Two replicas of `old`, with `new` on its way and at `step`; its pods are there and serve."""
    here: dict[str, Any] = {
        "replicas": 2,
        "current": "new",
        "stable": "old",
        "sizes": {"old": 2, "new": 1},
        "created": {"old": 2, "new": 1},
        "available": {"old": 2, "new": 1},
        "selectors": {"stable": "old", "canary": "new"},
        "spec": {"strategy": {"canary": CANARY}},
        "status": {"currentPodHash": "new", "currentStepIndex": step, **(status or {})},
        "now": NOW,
    }
    return View(**{**here, **fields})


@pytest.mark.parametrize(("step", "expected"), [(0, 10), (1, 10), (2, 50), (3, 50), (4, 100)])
def test_a_weight_holds_until_a_step_sets_another(step: int, expected: int) -> None:
    assert set_weight(view(step), step) == expected


def test_a_changed_template_begins_at_the_first_step_with_nothing_of_the_release_before() -> None:
    before = {"currentPodHash": "old", "currentStepIndex": 4, "abort": True, "promoteFull": True}
    plan = canary(view(0, status=before))
    assert plan.status["currentStepIndex"] == 0
    assert (plan.status["abort"], plan.status["promoteFull"]) == (False, False)
    assert plan.weight is None


def test_a_new_version_without_a_serving_pod_gets_no_request() -> None:
    plan = canary(view(0, available={"old": 2, "new": 0}))
    assert (plan.weight, plan.status["currentStepIndex"]) == (0, 0)


def test_the_weight_is_set_and_the_step_done_once_its_pods_serve() -> None:
    plan = canary(view(0))
    assert (plan.weight, plan.status["currentStepIndex"]) == (10, 1)


def test_the_route_stays_as_it_is_while_the_stable_version_cannot_carry_the_rest() -> None:
    assert canary(view(1, available={"old": 0, "new": 1})).weight is None


def test_an_analysis_step_waits_for_its_own_analysis() -> None:
    assert canary(view(1)).status["currentStepIndex"] == 1
    assert canary(view(1, runs={"step": Run(phase="Running", step=1)})).status["currentStepIndex"] == 1
    assert canary(view(1, runs={"step": Run(phase="Successful", step=1)})).status["currentStepIndex"] == 2


@pytest.mark.parametrize("phase", ["Failed", "Error"])
def test_an_analysis_that_fails_aborts_and_the_next_look_takes_the_weight_back(phase: str) -> None:
    bad = {"step": Run(phase=phase, message="failed (2) > failureLimit (1)", step=1)}
    aborted = canary(view(1, runs=bad)).status
    assert aborted["abort"]
    assert "failed (2) > failureLimit (1)" in aborted["abortMessage"]
    after = canary(view(0, status={**aborted, "currentPodHash": "new"}, runs=bad))
    assert after.weight == 0
    assert after.selectors == {"stable": "old", "canary": "old"}
    assert after.sizes["old"] == 2


def test_an_analysis_without_data_waits_for_somebody_and_moves_no_weight() -> None:
    nothing = {"step": Run(phase="Inconclusive", step=1)}
    plan = canary(view(1, runs=nothing))
    assert [each["reason"] for each in plan.status["pauseConditions"]] == ["InconclusiveAnalysisRun"]
    assert not plan.status["abort"]
    later = canary(view(1, status=plan.status, runs=nothing, now=NOW + timedelta(days=1)))
    assert (later.weight, later.status["currentStepIndex"]) == (10, 1)


def test_the_watch_begins_at_its_step_and_aborts_whatever_the_steps_find() -> None:
    watched = {"strategy": {"canary": {**CANARY, "analysis": {**ANALYSIS, "startingStep": 1}}}}
    assert "background" not in canary(view(0, spec=watched)).wanted
    assert "background" in canary(view(1, spec=watched)).wanted
    assert canary(view(2, spec=watched, runs={"background": Run(phase="Failed")})).status["abort"]


def test_a_pause_with_a_duration_ends_by_itself() -> None:
    full = {"sizes": {"old": 2, "new": 1}, "created": {"old": 2, "new": 1}}
    paused = canary(view(3, **full)).status
    assert [each["reason"] for each in paused["pauseConditions"]] == ["CanaryPauseStep"]
    early = canary(view(3, status=paused, now=NOW + timedelta(seconds=1), **full))
    assert early.status["currentStepIndex"] == 3
    late = canary(view(3, status=paused, now=NOW + timedelta(seconds=3), **full))
    assert late.status["currentStepIndex"] == 4


def test_behind_the_last_step_the_new_version_is_the_stable_one_once_all_of_it_serves() -> None:
    assert canary(view(4)).stable == "old"
    whole = {"sizes": {"old": 2, "new": 2}, "created": {"old": 2, "new": 2}, "available": {"old": 2, "new": 2}}
    plan = canary(view(4, **whole))
    assert plan.stable == "new"
    after = canary(view(4, stable="new", **whole))
    assert (after.weight, after.selectors) == (0, {"stable": "new", "canary": "new"})


def test_the_old_version_keeps_its_pods_while_they_could_be_needed() -> None:
    whole = {"sizes": {"old": 2, "new": 2}, "created": {"old": 2, "new": 2}, "available": {"old": 2, "new": 2}}
    spec = {"strategy": {"canary": {**CANARY, "scaleDownDelaySeconds": 30}}}
    promoted = {"stable": "new", "selectors": {"stable": "new", "canary": "new"}, "spec": spec, **whole}
    first = canary(view(4, **promoted))
    assert (first.sizes["old"], first.deadlines["old"]) == (2, NOW + timedelta(seconds=30))
    later = {**promoted, "deadlines": first.deadlines, "now": NOW + timedelta(seconds=31)}
    assert canary(view(4, **later)).sizes["old"] == 0


def test_pod_by_pod_a_new_one_comes_before_an_old_one_goes() -> None:
    spec = {"strategy": {"canary": {}}}
    first = rolling(view(0, spec=spec, sizes={"old": 2}, created={"old": 2}, available={"old": 2}))
    assert first.sizes == {"old": 2, "new": 1}
    second = rolling(view(0, spec=spec))
    assert second.sizes == {"old": 1, "new": 1}


def test_pod_by_pod_an_abort_goes_back_to_the_stable_version() -> None:
    spec = {"strategy": {"canary": {}}}
    plan = rolling(
        view(0, spec=spec, status={"abort": True}, sizes={"old": 1, "new": 1}, available={"old": 1, "new": 0})
    )
    assert plan.sizes["old"] == 2
