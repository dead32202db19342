import pytest

from infra.components.workload.strategy import services, strategy_spec
from infra.shared.release import Analysis, Strategy
from tests.infra.components.workload.surroundings import release

CANARY = strategy_spec(release())["canary"]
BLUE_GREEN = strategy_spec(release(Strategy.BLUE_GREEN))["blueGreen"]
ROLLING = strategy_spec(release(Strategy.ROLLING))["canary"]


def test_a_canary_gets_its_requests_step_by_step_and_is_measured_in_between() -> None:
    kinds = [next(iter(step)) for step in CANARY["steps"]]
    assert kinds == ["setWeight", "analysis", "setWeight", "pause", "pause"]
    assert [step["setWeight"] for step in CANARY["steps"] if "setWeight" in step] == [25, 50]
    assert [step["pause"] for step in CANARY["steps"] if "pause" in step] == [{"duration": "60s"}, {}]


def test_a_canary_moves_the_weights_of_one_route() -> None:
    assert (CANARY["stableService"], CANARY["canaryService"]) == ("orders-stable", "orders-canary")
    assert CANARY["trafficRouting"] == {"istio": {"virtualService": {"name": "orders-api", "routes": ["orders"]}}}


def test_a_canary_is_watched_from_its_first_weight_on_and_without_an_end() -> None:
    assert CANARY["analysis"]["startingStep"] == 1
    assert CANARY["analysis"]["templates"] == [{"templateName": "success-rate"}]
    assert {"name": "measurements", "value": "0"} in CANARY["analysis"]["args"]


def test_an_analysis_is_told_both_versions_at_the_same_time() -> None:
    (step,) = (step["analysis"] for step in CANARY["steps"] if "analysis" in step)
    assert step["templates"] == [{"templateName": "success-rate"}, {"templateName": "latency"}]
    assert step["args"] == [
        {"name": "service", "value": "orders-canary"},
        {"name": "stable-service", "value": "orders-stable"},
        {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}},
        {"name": "stable-hash", "valueFrom": {"podTemplateHashValue": "Stable"}},
        {"name": "measurements", "value": "5"},
    ]


def test_blue_green_has_a_preview_and_promotes_itself_after_a_while() -> None:
    assert (BLUE_GREEN["activeService"], BLUE_GREEN["previewService"]) == ("orders-active", "orders-preview")
    assert (BLUE_GREEN["autoPromotionEnabled"], BLUE_GREEN["autoPromotionSeconds"]) == (True, 30)


def test_blue_green_without_a_time_waits_for_somebody() -> None:
    spec = strategy_spec(release(Strategy.BLUE_GREEN, promote_after_seconds=0))["blueGreen"]
    assert spec["autoPromotionEnabled"] is False
    assert "autoPromotionSeconds" not in spec


def test_blue_green_is_measured_after_the_switch_at_the_active_service() -> None:
    analysis = BLUE_GREEN["postPromotionAnalysis"]
    assert {"name": "service", "value": "orders-active"} in analysis["args"]
    assert {"name": "measurements", "value": "5"} in analysis["args"]


def test_rolling_replaces_pods_one_by_one_behind_one_service() -> None:
    assert set(ROLLING) == {"maxSurge", "maxUnavailable", "antiAffinity"}
    assert services(Strategy.ROLLING) == ("orders-stable",)


@pytest.mark.parametrize("spec", [CANARY, BLUE_GREEN])
def test_old_and_aborted_versions_stay_for_their_time(spec: dict[str, object]) -> None:
    assert (spec["scaleDownDelaySeconds"], spec["abortScaleDownDelaySeconds"]) == (120, 60)


@pytest.mark.parametrize("spec", [CANARY, BLUE_GREEN, ROLLING])
def test_a_new_version_keeps_off_the_nodes_of_the_old_one(spec: dict[str, object]) -> None:
    assert spec["antiAffinity"] == {"preferredDuringSchedulingIgnoredDuringExecution": {"weight": 100}}


def test_what_nothing_watches_has_no_analysis() -> None:
    assert "analysis" not in strategy_spec(release(watched=()))["canary"]
    assert "postPromotionAnalysis" not in strategy_spec(release(Strategy.BLUE_GREEN, watched=()))["blueGreen"]


def test_a_release_names_each_of_its_analyses_once() -> None:
    assert release(watched=(Analysis.LATENCY,)).analyses == (Analysis.SUCCESS_RATE, Analysis.LATENCY)


def test_a_release_can_take_as_long_as_all_of_its_waits() -> None:
    assert release().longest_seconds == 300 + 110 + 60 + 600
    assert release(Strategy.BLUE_GREEN).longest_seconds == 300 + 30 + 110
    assert release(Strategy.BLUE_GREEN, promote_after_seconds=0).longest_seconds == 300 + 600 + 110
    assert release(Strategy.ROLLING).longest_seconds == 300
