import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster import analysis_run
from sandbox.cluster.analysis_run import AnalysisRuns, QueryError, numbers
from sandbox.cluster.kinds import ANALYSIS_RUN, ANALYSIS_TEMPLATE, ROLLOUT
from sandbox.cluster.store import Object, Store

ANALYSIS = {
    "templates": [{"templateName": "success-rate"}],
    "args": [{"name": "service", "value": "canary"}, {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}}],
}
METRIC = {
    "name": "success-rate",
    "successCondition": "len(result) > 0 && result[0] >= 95",
    "failureCondition": "len(result) > 0 && result[0] < 95",
    "provider": {"prometheus": {"query": "rate({{args.service}}, {{args.hash}})"}},
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lambda: None)


@pytest.fixture
def rollout(store: Store) -> Object:
    store.put(_object(ANALYSIS_TEMPLATE, "success-rate", {"metrics": [METRIC]}))
    declared = store.put(_object(ROLLOUT, "orders", {}))
    store.set_status(declared, currentStepIndex=1)
    return store.list(ROLLOUT)[0]


def _object(kind: Any, name: str, spec: Object) -> Object:
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec,
    }


async def _measured(store: Store, run: Object, value: list[float] | Exception) -> Object:
    """The run after its first measurement, which found `value`."""

    async def query(_: Object) -> list[float]:
        if isinstance(value, Exception):
            raise value
        return value

    runs = AnalysisRuns(store, query)
    runs.reconcile()
    runs.reconcile()
    while not (found := store.get(ANALYSIS_RUN, "shop", run["metadata"]["name"]) or {})["status"]["metricResults"]:
        await asyncio.sleep(0)
    return found["status"]


def test_a_run_is_told_the_versions_that_it_compares(store: Store, rollout: Object) -> None:
    run = analysis_run.begin(store, rollout, "step", ANALYSIS, latest="new", stable="old")
    assert run["spec"]["metrics"][0]["provider"]["prometheus"]["query"] == "rate(canary, new)"
    assert analysis_run.seen(run).step == 1


@pytest.mark.parametrize(
    ("value", "phase"),
    [([99.0], "Successful"), ([70.0], "Failed"), ([], "Inconclusive"), (QueryError("refused"), "Running")],
)
async def test_what_is_found_decides_and_an_error_is_tried_again(
    store: Store, rollout: Object, value: list[float] | Exception, phase: str
) -> None:
    run = analysis_run.begin(store, rollout, "step", ANALYSIS, latest="new", stable="old")
    assert (await _measured(store, run, value))["phase"] == phase


def test_an_argument_that_is_not_given_has_the_template_s_own_value(store: Store, rollout: Object) -> None:
    own = [{"name": "hash", "value": "any"}, {"name": "service", "value": "none"}]
    store.put(_object(ANALYSIS_TEMPLATE, "success-rate", {"args": own, "metrics": [METRIC]}))
    given = {**ANALYSIS, "args": ANALYSIS["args"][:1]}
    run = analysis_run.begin(store, rollout, "step", given, latest="new", stable="old")
    assert run["spec"]["metrics"][0]["provider"]["prometheus"]["query"] == "rate(canary, any)"


def test_a_template_that_is_not_there_is_an_error_that_names_it(store: Store, rollout: Object) -> None:
    absent = {"templates": [{"templateName": "absent"}]}
    run = analysis_run.begin(store, rollout, "step", absent, latest="new", stable="old")
    assert analysis_run.seen(run).phase == "Error"
    assert "absent" in analysis_run.seen(run).message


async def test_a_run_that_is_no_longer_wanted_ends_without_another_measurement(store: Store, rollout: Object) -> None:
    async def never(_: Object) -> list[float]:
        raise AssertionError("an ended run was measured")

    run = analysis_run.begin(store, rollout, "background", ANALYSIS, latest="new", stable="old")
    analysis_run.end_others(store, rollout, set())
    AnalysisRuns(store, never).reconcile()
    found = store.get(ANALYSIS_RUN, "shop", run["metadata"]["name"])
    assert found is not None
    assert analysis_run.seen(found).phase == "Successful"


def test_old_runs_are_forgotten(store: Store, rollout: Object) -> None:
    for _ in range(analysis_run.KEPT_RUNS + 2):
        analysis_run.begin(store, rollout, "step", ANALYSIS, latest="new", stable="old")
    analysis_run.end_others(store, rollout, set())
    assert len(store.list(ANALYSIS_RUN)) == analysis_run.KEPT_RUNS


def test_prometheus_numbers_are_read() -> None:
    first, second, third = numbers(["1.5", "+Inf", "NaN"])
    assert (first, second) == (1.5, float("inf"))
    assert third != third
