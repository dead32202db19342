"""What measurements of a metric come to, as Argo Rollouts counts them (analysis/analysis.go there): pure decisions."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from simpleeval import SimpleEval

from sandbox.cluster.routes import go_seconds
from sandbox.cluster.store import Object

SUCCESSFUL, FAILED, INCONCLUSIVE, ERROR, RUNNING = "Successful", "Failed", "Inconclusive", "Error", "Running"
WORST_LAST = (SUCCESSFUL, INCONCLUSIVE, ERROR, FAILED)
COUNTERS = {SUCCESSFUL: "successful", FAILED: "failed", INCONCLUSIVE: "inconclusive", ERROR: "error"}
ERROR_RETRY_SECONDS = 10
DEFAULT_ERRORS = 4
KEPT_MEASUREMENTS = 10
OPERATORS = {"&&": " and ", "||": " or "}


def verdict(metric: Object, result: list[float]) -> str:
    """Whether a query's values meet the conditions; neither met is inconclusive."""
    success, failure = metric.get("successCondition", ""), metric.get("failureCondition", "")
    failed = _holds(failure, result) if failure else bool(success) and not _holds(success, result)
    succeeded = _holds(success, result) if success else not failed
    if failed:
        return FAILED
    return SUCCESSFUL if succeeded else INCONCLUSIVE


def is_due(metric: Object, found: Object | None, started_at: datetime, now: datetime) -> bool:
    """Whether a metric has to be measured now; `found` is its result so far."""
    if found is None:
        return now >= started_at + timedelta(seconds=go_seconds(metric.get("initialDelay", 0)))
    if found["phase"] != RUNNING:
        return False
    last = found["measurements"][-1]
    in_error = last["phase"] == ERROR or "interval" not in metric
    wait = ERROR_RETRY_SECONDS if in_error else go_seconds(metric["interval"])
    return now > datetime.fromisoformat(last["finishedAt"]) + timedelta(seconds=wait)


def measured(metric: Object, found: Object | None, measurement: Object) -> Object:
    """The result with one more measurement."""
    before = found or {"name": metric["name"], "phase": RUNNING, "count": 0, "consecutiveError": 0, "measurements": []}
    phase = measurement["phase"]
    counter = COUNTERS[phase]
    after = {
        **before,
        counter: before.get(counter, 0) + 1,
        "count": before["count"] + (phase != ERROR),
        "consecutiveError": before["consecutiveError"] + 1 if phase == ERROR else 0,
        "measurements": [*before["measurements"], measurement][-KEPT_MEASUREMENTS:],
    }
    after["phase"], after["message"] = _assessed(metric, after)
    return after


def overall(metrics: list[Object], results: Iterable[Object], *, ending: bool) -> tuple[str, str]:
    """Phase and message of the whole analysis: the worst of its metrics, once one failed or all are through."""
    by_name = {each["name"]: each for each in results}
    through = [each for each in by_name.values() if each["phase"] != RUNNING]
    worst = max(through, key=lambda each: WORST_LAST.index(each["phase"]), default=None)
    if ending:
        return (worst["phase"], worst["message"]) if worst else (SUCCESSFUL, "Run Terminated")
    is_bad = worst is not None and worst["phase"] != SUCCESSFUL
    if worst is None or (len(through) < len(metrics) and not is_bad):
        return RUNNING, ""
    reason = f'Metric "{worst["name"]}" assessed {worst["phase"]} due to {worst["message"]}' if is_bad else ""
    return worst["phase"], reason


def _assessed(metric: Object, found: Object) -> tuple[str, str]:
    limits = (
        (ERROR, found["consecutiveError"], "consecutiveErrors", "consecutiveErrorLimit", DEFAULT_ERRORS),
        (INCONCLUSIVE, found.get("inconclusive", 0), "inconclusive", "inconclusiveLimit", 0),
        (FAILED, found.get("failed", 0), "failed", "failureLimit", 0),
    )
    for phase, count, word, key, default in limits:
        limit = int(metric.get(key, default))
        if count > limit >= 0:
            detail = found["measurements"][-1].get("message", "")
            return phase, f"{word} ({count}) > {key} ({limit})" + (f": {detail}" if detail else "")
    count = _count(metric)
    return (SUCCESSFUL, "") if count is not None and found["count"] >= count else (RUNNING, "")


def _count(metric: Object) -> int | None:
    """How often it is measured; None goes on for ever."""
    count = int(metric.get("count", 0))
    return count or (None if "interval" in metric else 1)


def _holds(condition: str, result: list[float]) -> bool:
    for theirs, ours in OPERATORS.items():
        condition = condition.replace(theirs, ours)
    names = {"result": result, "true": True, "false": False}
    return bool(SimpleEval(names=names, functions={"len": len, "isNaN": math.isnan}).eval(condition))
