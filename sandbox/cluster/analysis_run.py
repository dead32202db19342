"""AnalysisRuns: made from templates for a Rollout, measured until there is a verdict."""

import asyncio
import math
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.cluster.kinds import ANALYSIS_RUN, ANALYSIS_TEMPLATE
from sandbox.cluster.measurement import ERROR, RUNNING, is_due, measured, overall, verdict
from sandbox.cluster.progress import timestamp
from sandbox.cluster.store import Object, Store, now, owner_reference
from sandbox.cluster.strategies import Run

ROLE, STEP = "rollout-type", "step-index"
KEPT_RUNS = 10
Query = Callable[[Object], Awaitable[list[float]]]
"""Asks what a metric's `prometheus` provider says; an empty list is no data. Raises QueryError."""


class QueryError(Exception):
    """Prometheus did not answer, or refused the query."""


def owned(store: Store, rollout: Object) -> list[Object]:
    """The runs of a Rollout, oldest first."""
    return sorted(store.owned(ANALYSIS_RUN, rollout), key=lambda each: each["metadata"]["creationTimestamp"])


def seen(run: Object) -> Run:
    """A run as strategies see it."""
    status, step = run.get("status", {}), run["metadata"]["labels"].get(STEP)
    return Run(
        phase=status.get("phase", ""), message=status.get("message", ""), step=int(step) if step is not None else None
    )


def begin(store: Store, rollout: Object, role: str, analysis: Object, *, latest: str, stable: str) -> Object:
    """A new run of the templates that `analysis` names, told what it is to be told of the two versions."""
    hashes = {"Latest": latest, "Stable": stable}
    namespace, name = rollout["metadata"]["namespace"], rollout["metadata"]["name"]
    names = [each["templateName"] for each in analysis["templates"]]
    templates = {each: store.get(ANALYSIS_TEMPLATE, namespace, each) for each in names}
    defaults = [each for template in templates.values() if template for each in template["spec"].get("args", ())]
    arguments = {each["name"]: each["value"] for each in defaults if "value" in each} | {
        each["name"]: each.get("value", hashes.get(each.get("valueFrom", {}).get("podTemplateHashValue")))
        for each in analysis.get("args", ())
    }
    missing = [each for each, template in templates.items() if template is None]
    metrics = [metric for template in templates.values() if template for metric in template["spec"]["metrics"]]
    labels = {ROLE: role, "rollouts-pod-template-hash": latest}
    if role == "step":
        labels[STEP] = str(rollout["status"].get("currentStepIndex", 0))
    run = {
        "apiVersion": ANALYSIS_RUN.api_version,
        "kind": ANALYSIS_RUN.name,
        "metadata": {
            "name": f"{name}-{latest}-{role}-{uuid.uuid4().hex[:5]}",
            "namespace": namespace,
            "labels": labels,
            "ownerReferences": [owner_reference(rollout)],
        },
        "spec": {"metrics": _resolved(metrics, arguments)},
    }
    if missing:
        run["status"] = {"phase": ERROR, "message": f"AnalysisTemplate {', '.join(missing)} not found"}
    return store.put(run)


def end_others(store: Store, rollout: Object, current: set[str]) -> None:
    """Ends the runs that are not current, and forgets the oldest."""
    others = [each for each in owned(store, rollout) if each["metadata"]["name"] not in current]
    for run in others:
        if seen(run).phase in ("", RUNNING) and not run["spec"].get("terminate"):
            store.write({**run, "spec": {**run["spec"], "terminate": True}})
    for run in others[:-KEPT_RUNS]:
        store.remove(run)


class AnalysisRuns:
    """Measures what is due, without holding anybody up."""

    def __init__(self, store: Store, query: Query) -> None:
        self._store, self._query = store, query
        self._asking: dict[tuple[str, str], asyncio.Task[None]] = {}

    def reconcile(self) -> None:
        """Begins the measurements that are due."""
        self._asking = {key: task for key, task in self._asking.items() if not task.done()}
        for run in self._store.list(ANALYSIS_RUN):
            status = run.get("status", {})
            if status.get("phase", RUNNING) not in ("", RUNNING):
                continue
            if "startedAt" not in status or run["spec"].get("terminate"):
                self._conclude(run, status.get("metricResults", []))
                continue
            results = {each["name"]: each for each in status.get("metricResults", ())}
            started_at = datetime.fromisoformat(status["startedAt"])
            for metric in run["spec"]["metrics"]:
                key = (run["metadata"]["uid"], metric["name"])
                due = is_due(metric, results.get(metric["name"]), started_at, datetime.now(UTC))
                if due and key not in self._asking:
                    self._asking[key] = asyncio.create_task(self._measure(run, metric))

    async def _measure(self, run: Object, metric: Object) -> None:
        started_at = now()
        try:
            values = await self._query(metric["provider"]["prometheus"])
            found: Object = {"phase": verdict(metric, values), "value": str(values)}
        except QueryError as error:
            found = {"phase": ERROR, "message": str(error)}
        current = self._store.current(run)
        if current is None or seen(current).phase not in ("", RUNNING):
            return
        results = {each["name"]: each for each in current["status"].get("metricResults", ())}
        measurement = {**found, "startedAt": started_at, "finishedAt": timestamp(datetime.now(UTC))}
        results[metric["name"]] = measured(metric, results.get(metric["name"]), measurement)
        self._conclude(current, list(results.values()))

    def _conclude(self, run: Object, results: list[Object]) -> None:
        ending = bool(run["spec"].get("terminate"))
        phase, message = overall(run["spec"]["metrics"], results, ending=ending)
        started_at = run.get("status", {}).get("startedAt", now())
        self._store.set_status(run, phase=phase, message=message, startedAt=started_at, metricResults=results)


def _resolved(value: Any, arguments: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(each, arguments) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, arguments) for each in value]
    if isinstance(value, str):
        for name, argument in arguments.items():
            value = value.replace(f"{{{{args.{name}}}}}", argument)
    return value


def numbers(values: list[str]) -> list[float]:
    """Prometheus' notation of numbers, `NaN` and `+Inf` among them."""
    return [math.nan if each == "NaN" else float(each) for each in values]
