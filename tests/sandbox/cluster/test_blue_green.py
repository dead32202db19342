from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.cluster.blue_green import blue_green
from sandbox.cluster.strategies import Plan, Run, View

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVICES = {"activeService": "active", "previewService": "preview"}
ANALYSIS = {"templates": [{"templateName": "success-rate"}]}
HELD = {"autoPromotionEnabled": False}


def look(strategy: dict[str, Any], *, status: dict[str, Any] | None = None, **fields: Any) -> Plan:
    """One look at two replicas of `old` that serve, and two of `new` in preview."""
    here: dict[str, Any] = {
        "replicas": 2,
        "current": "new",
        "stable": "old",
        "sizes": {"old": 2, "new": 2},
        "created": {"old": 2, "new": 2},
        "available": {"old": 2, "new": 2},
        "selectors": {"active": "old", "preview": "new"},
        "spec": {"strategy": {"blueGreen": {**SERVICES, **strategy}}},
        "status": {"currentPodHash": "new", "blueGreen": {"activeSelector": "old"}, **(status or {})},
        "now": NOW,
    }
    return blue_green(View(**{**here, **fields}))


def test_a_changed_template_stands_in_preview_first() -> None:
    plan = look(HELD, status={"currentPodHash": "old"}, sizes={"old": 2}, available={"old": 2})
    assert plan.selectors == {"preview": "new"}


def test_nothing_is_switched_before_every_pod_of_the_new_version_serves() -> None:
    assert look({}, available={"old": 2, "new": 1}).selectors["active"] == "old"
    assert look({}).selectors["active"] == "new"


def test_a_promotion_by_hand_is_waited_for_without_an_end() -> None:
    paused = look(HELD).status
    assert [each["reason"] for each in paused["pauseConditions"]] == ["BlueGreenPause"]
    assert look(HELD, status=paused, now=NOW + timedelta(days=1)).selectors["active"] == "old"
    resumed = {**paused, "pauseConditions": None}
    assert look(HELD, status=resumed).selectors["active"] == "new"


def test_a_promotion_by_itself_comes_after_its_time() -> None:
    timed = {"autoPromotionEnabled": True, "autoPromotionSeconds": 5}
    paused = look(timed).status
    assert look(timed, status=paused, now=NOW + timedelta(seconds=4)).selectors["active"] == "old"
    assert look(timed, status=paused, now=NOW + timedelta(seconds=6)).selectors["active"] == "new"


def test_a_preview_that_measures_badly_is_never_switched_to() -> None:
    analysed = {"prePromotionAnalysis": ANALYSIS}
    assert look(analysed).selectors["active"] == "old"
    plan = look(analysed, runs={"pre": Run(phase="Failed", message="failed (2) > failureLimit (1)")})
    assert plan.selectors["active"] == "old"
    assert plan.status["abort"]
    assert look(analysed, runs={"pre": Run(phase="Successful")}).selectors["active"] == "new"


def test_a_preview_that_nothing_is_known_of_waits_for_somebody() -> None:
    plan = look({"prePromotionAnalysis": ANALYSIS}, runs={"pre": Run(phase="Inconclusive")})
    assert plan.selectors["active"] == "old"
    assert [each["reason"] for each in plan.status["pauseConditions"]] == ["InconclusiveAnalysisRun"]


def test_a_version_that_turns_bad_after_the_switch_is_switched_away_from() -> None:
    watched = {"postPromotionAnalysis": ANALYSIS}
    switched = {"selectors": {"active": "new", "preview": "new"}}
    status = {"blueGreen": {"activeSelector": "new"}}
    plan = look(watched, status=status, runs={"post": Run(phase="Failed")}, **switched)
    assert plan.status["abort"]
    assert plan.stable == "old"
    after = look(watched, status={**status, **plan.status}, **switched)
    assert after.selectors["active"] == "old"


def test_an_aborted_version_keeps_its_pods_for_a_while() -> None:
    strategy = {**HELD, "abortScaleDownDelaySeconds": 10}
    first = look(strategy, status={"abort": True})
    assert (first.sizes["new"], first.deadlines["new"]) == (2, NOW + timedelta(seconds=10))
    late = look(strategy, status={"abort": True}, deadlines=first.deadlines, now=NOW + timedelta(seconds=11))
    assert late.sizes["new"] == 0


def test_the_way_back_to_pods_that_are_still_there_has_no_pause() -> None:
    held = {"new": NOW + timedelta(seconds=30)}
    assert look(HELD, goes_back=True, deadlines=held).selectors["active"] == "new"
