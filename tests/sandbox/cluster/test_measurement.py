import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cluster.measurement import is_due, measured, overall, verdict
from sandbox.cluster.store import Object

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
AT_LEAST = {
    "successCondition": "len(result) > 0 && result[0] >= 95",
    "failureCondition": "len(result) > 0 && result[0] < 95",
}


def metric(**fields: Any) -> Object:
    return {"name": "success-rate", "interval": "2s", "count": 3, "failureLimit": 1, "inconclusiveLimit": 1, **fields}


def taken(declared: Object, *phases: str) -> Object:
    found: Object | None = None
    for phase in phases:
        found = measured(declared, found, {"phase": phase, "finishedAt": BEGAN.isoformat()})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [([95], "Successful"), ([94.9], "Failed"), ([], "Inconclusive"), ([math.nan], "Inconclusive")],
)
def test_no_data_and_nothing_by_nothing_are_neither_success_nor_failure(values: list[float], expected: str) -> None:
    assert verdict(AT_LEAST, values) == expected


def test_with_one_condition_whatever_does_not_meet_it_is_the_opposite() -> None:
    assert verdict({"successCondition": "result[0] > 1"}, [1]) == "Failed"
    assert verdict({"failureCondition": "result[0] > 1"}, [1]) == "Successful"
    assert verdict({}, []) == "Successful"


def test_a_condition_can_name_nothing_but_the_result() -> None:
    with pytest.raises(Exception, match="__import__"):
        verdict({"successCondition": "__import__('os')"}, [1])


def test_a_measurement_is_due_after_the_delay_and_then_at_every_interval() -> None:
    declared = metric(initialDelay="8s")
    assert not is_due(declared, None, BEGAN, BEGAN + timedelta(seconds=7))
    assert is_due(declared, None, BEGAN, BEGAN + timedelta(seconds=8))
    found = taken(declared, "Successful")
    assert not is_due(declared, found, BEGAN, BEGAN + timedelta(seconds=2))
    assert is_due(declared, found, BEGAN, BEGAN + timedelta(seconds=2.1))


def test_after_an_error_ten_seconds_pass_whatever_the_interval() -> None:
    found = taken(metric(), "Error")
    assert not is_due(metric(), found, BEGAN, BEGAN + timedelta(seconds=9))
    assert is_due(metric(), found, BEGAN, BEGAN + timedelta(seconds=11))


def test_a_metric_that_is_through_is_not_measured_again() -> None:
    assert not is_due(metric(count=1), taken(metric(count=1), "Successful"), BEGAN, BEGAN + timedelta(hours=1))


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        (("Successful", "Successful"), "Running"),
        (("Successful", "Failed", "Successful"), "Successful"),
        (("Failed", "Failed"), "Failed"),
        (("Inconclusive", "Inconclusive"), "Inconclusive"),
        (("Error",) * 4, "Running"),
        (("Error",) * 5, "Error"),
        (("Error", "Error", "Error", "Error", "Successful", "Error"), "Running"),
    ],
)
def test_a_metric_ends_when_it_was_measured_often_enough_or_a_limit_is_passed(
    phases: tuple[str, ...], expected: str
) -> None:
    assert taken(metric(), *phases)["phase"] == expected


def test_a_count_of_zero_is_measured_for_ever() -> None:
    assert taken(metric(count="0"), *["Successful"] * 50)["phase"] == "Running"


def test_the_whole_is_bad_as_soon_as_one_metric_is_and_good_only_when_all_are() -> None:
    both = [metric(), metric(name="latency")]
    good = {"name": "success-rate", "phase": "Successful", "message": ""}
    bad = {"name": "latency", "phase": "Failed", "message": "failed (2) > failureLimit (1)"}
    assert overall(both, [good], ending=False) == ("Running", "")
    assert overall(both, [good, {**good, "name": "latency"}], ending=False) == ("Successful", "")
    reason = 'Metric "latency" assessed Failed due to failed (2) > failureLimit (1)'
    assert overall(both, [bad], ending=False) == ("Failed", reason)


def test_a_run_that_is_ended_before_it_found_anything_bad_was_a_success() -> None:
    running = {"name": "success-rate", "phase": "Running", "message": ""}
    assert overall([metric()], [running], ending=True)[0] == "Successful"
