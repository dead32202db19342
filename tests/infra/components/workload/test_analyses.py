from typing import Any

import pytest

from infra.components.workload.analyses import Analyses, AnalysesArgs, limits
from infra.shared.release import Analysis, Release, Strategy
from tests.infra.components.workload.surroundings import PROMETHEUS, release
from tests.infra.recorder import Graph, record_component

TEMPLATE = "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate"
EVERYTHING = release(watched=tuple(Analysis))


def made(given: Release) -> Graph:
    args = AnalysesArgs(release=given, prometheus=PROMETHEUS)
    return record_component(lambda opts: Analyses("analyses", args, opts))


def metrics(given: Release, analysis: Analysis) -> dict[str, dict[str, Any]]:
    spec = made(given).one(TEMPLATE, f"analyses-{analysis}").inputs["spec"]
    return {metric["name"]: metric for metric in spec["metrics"]}


def test_there_is_a_template_for_every_analysis_that_is_named_and_for_no_other() -> None:
    graph = made(release())
    names = [each.inputs["metadata"]["name"] for each in graph if each.type == TEMPLATE]
    assert names == ["success-rate", "latency"]


@pytest.mark.parametrize("analysis", list(Analysis))
def test_a_canary_is_measured_by_itself_and_against_the_stable_version(analysis: Analysis) -> None:
    assert list(metrics(EVERYTHING, analysis)) == [analysis.value, f"{analysis}-against-stable"]


@pytest.mark.parametrize("analysis", list(Analysis))
def test_the_comparison_asks_for_both_versions_in_one_query(analysis: Analysis) -> None:
    _, compared = limits(analysis, EVERYTHING)
    both = {"{{args.service}}", "{{args.stable-service}}"}, {"{{args.hash}}", "{{args.stable-hash}}"}
    assert any(all(argument in compared.query for argument in pair) for pair in both)


def test_blue_green_has_no_stable_traffic_to_compare_with() -> None:
    given = release(Strategy.BLUE_GREEN, watched=(Analysis.LATENCY,))
    assert list(metrics(given, Analysis.LATENCY)) == [Analysis.LATENCY.value]


@pytest.mark.parametrize("strategy", [Strategy.CANARY, Strategy.BLUE_GREEN])
def test_the_first_measurement_waits_until_its_window_is_full_of_requests_that_met_warm_pods(
    strategy: Strategy,
) -> None:
    for metric in metrics(release(strategy), Analysis.SUCCESS_RATE).values():
        assert metric["initialDelay"] == "50s"


@pytest.mark.parametrize("analysis", list(Analysis))
def test_no_data_is_neither_success_nor_failure(analysis: Analysis) -> None:
    for metric in metrics(EVERYTHING, analysis).values():
        for condition in (metric["successCondition"], metric["failureCondition"]):
            assert condition.startswith("len(result) > 0 && result[0] ")
        assert metric["inconclusiveLimit"] == 2


def test_success_and_failure_leave_no_number_between_them() -> None:
    found = metrics(EVERYTHING, Analysis.SUCCESS_RATE)
    assert found["success-rate"]["successCondition"].endswith("result[0] >= 99")
    assert found["success-rate"]["failureCondition"].endswith("result[0] < 99")
    assert found["success-rate-against-stable"]["failureCondition"].endswith("result[0] < -1")
    assert metrics(EVERYTHING, Analysis.LATENCY)["latency"]["successCondition"].endswith("result[0] <= 300")


def test_the_number_of_measurements_is_the_caller_s() -> None:
    (metric, _) = metrics(EVERYTHING, Analysis.SATURATION).values()
    assert metric["count"] == "{{args.measurements}}"
    assert (metric["interval"], metric["failureLimit"]) == ("10s", 1)


def test_queries_are_signed_for_the_workspace_s_region() -> None:
    (metric, _) = metrics(EVERYTHING, Analysis.LATENCY).values()
    asked = metric["provider"]["prometheus"]
    assert asked["address"] == "https://aps.example.com/workspaces/ws-1/"
    assert asked["authentication"] == {"sigv4": {"region": "eu-central-1"}}


def test_arguments_that_a_template_declares_are_those_that_the_strategy_gives() -> None:
    declared = made(EVERYTHING).one(TEMPLATE, "analyses-latency").inputs["spec"]["args"]
    assert [each["name"] for each in declared] == ["service", "stable-service", "hash", "stable-hash", "measurements"]


def test_a_template_counts_by_itself_too_or_the_controller_refuses_it_as_endless() -> None:
    declared = made(EVERYTHING).one(TEMPLATE, "analyses-latency").inputs["spec"]["args"]
    measurements = EVERYTHING.measuring.measurements
    assert [each for each in declared if "value" in each] == [{"name": "measurements", "value": str(measurements)}]
