"""Releases that any rollout controller can be put through; what the real one made of each is in `recordings/`.

A scenario is data: the strategy, the analyses, and a sequence of acts with what each must have led to before the
next. The pods are the runner's: any container that becomes ready, but for the version named `broken`, which must not.
Analyses ask a real Prometheus for constants, so what they find is known and nothing has to be scraped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROLLOUT, NAMESPACE, ROUTE = "orders", "delivery", "orders"
STABLE, CANARY = "orders-stable", "orders-canary"
ACTIVE, PREVIEW = "orders-active", "orders-preview"
LABELS = {"app": "orders"}
BROKEN = "broken"
REPLICAS = 2
PAUSE_SECONDS = 2

PROMOTE = {"pauseConditions": None}
PROMOTE_FULL = {"promoteFull": True}
ABORT = {"abort": True}
RETRY = {"abort": False}

GOOD, BAD, SILENT = "good", "bad", "silent"
QUERIES = {GOOD: "vector(1)", BAD: "vector(0.7)", SILENT: "vector(1) < 0"}


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that is done, and what the rollout must show before the next: fields of an `Observation`.

    Exactly one of `ship` (a version to declare), `patch` (a merge patch of the Rollout's status, as
    `kubectl argo rollouts` sends it) and `restart_controller` is set.
    """

    until: Mapping[str, Any]
    ship: str = ""
    patch: Mapping[str, Any] | None = None
    restart_controller: bool = False


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A strategy, as `spec.strategy` says it, and the acts."""

    name: str
    strategy: Mapping[str, Any]
    acts: tuple[Act, ...]
    progress_deadline_seconds: int = 600


def rollout(scenario: Scenario, version: str, pod: Mapping[str, Any]) -> dict[str, Any]:
    """The Rollout that declares a version."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": ROLLOUT, "namespace": NAMESPACE},
        "spec": {
            "replicas": REPLICAS,
            "revisionHistoryLimit": 3,
            "progressDeadlineSeconds": scenario.progress_deadline_seconds,
            "progressDeadlineAbort": True,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": {**LABELS, "version": version}}, "spec": dict(pod)},
            "strategy": dict(scenario.strategy),
        },
    }


def surroundings(prometheus: str) -> list[dict[str, Any]]:
    """What a Rollout refers to, for every scenario the same: Services, the route and the analyses."""
    route = [_destination(STABLE, 100), _destination(CANARY, 0)]
    virtual_service = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": ROUTE, "namespace": NAMESPACE},
        "spec": {"hosts": ["*"], "gateways": [f"{NAMESPACE}/edge"], "http": [{"name": ROUTE, "route": route}]},
    }
    services = [_service(name) for name in (STABLE, CANARY, ACTIVE, PREVIEW)]
    return [*services, virtual_service, *(_analysis(name, query, prometheus) for name, query in QUERIES.items())]


def _destination(host: str, weight: int) -> dict[str, Any]:
    return {"destination": {"host": host, "port": {"number": 80}}, "weight": weight}


def _service(name: str) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    metadata = {"name": name, "namespace": NAMESPACE}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"selector": dict(LABELS), "ports": ports},
    }


def _analysis(name: str, query: str, prometheus: str) -> dict[str, Any]:
    metric = {
        "name": "success-rate",
        "interval": "1s",
        "count": 2,
        "failureLimit": 1,
        "inconclusiveLimit": 1,
        "successCondition": "len(result) > 0 && result[0] >= 0.95",
        "failureCondition": "len(result) > 0 && result[0] < 0.95",
        "provider": {"prometheus": {"address": prometheus, "query": query}},
    }
    metadata = {"name": name, "namespace": NAMESPACE}
    spec = {"metrics": [metric]}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AnalysisTemplate", "metadata": metadata, "spec": spec}


def _analyses(name: str) -> dict[str, Any]:
    return {"templates": [{"templateName": name}]}


def _canary(*steps: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "canary": {
            "stableService": STABLE,
            "canaryService": CANARY,
            "trafficRouting": {"istio": {"virtualService": {"name": ROUTE, "routes": [ROUTE]}}},
            "scaleDownDelaySeconds": 5,
            "abortScaleDownDelaySeconds": 5,
            "steps": [dict(step) for step in steps],
            **more,
        }
    }


def _blue_green(**more: Any) -> dict[str, Any]:
    return {
        "blueGreen": {
            "activeService": ACTIVE,
            "previewService": PREVIEW,
            "autoPromotionEnabled": False,
            "scaleDownDelaySeconds": 30,
            "abortScaleDownDelaySeconds": 5,
            **more,
        }
    }


def _weight(percent: int) -> dict[str, Any]:
    return {"setWeight": percent}


def _healthy(version: str) -> dict[str, Any]:
    return {"phase": "Healthy", "active": version, "updating": version, "weight": 0}


def _paused(version: str, **more: Any) -> dict[str, Any]:
    return {"phase": "Paused", "updating": version, **more}


def _aborted(stable: str) -> dict[str, Any]:
    return {"phase": "Degraded", "verdict": "aborted", "weight": 0, "active": stable}


_HOLD = {"pause": {}}
_WAIT = {"pause": {"duration": f"{PAUSE_SECONDS}s"}}
_STEPS = (_weight(20), _HOLD, _weight(50), _WAIT)
_AT_TWENTY = {"step": 1, "weight": 20}
_FIRST = Act(ship="one", until=_healthy("one"))


def _scenario(name: str, strategy: Mapping[str, Any], *acts: Act, **more: Any) -> Scenario:
    return Scenario(name=name, strategy=strategy, acts=(_FIRST, *acts), **more)


SCENARIOS = (
    _scenario(
        "canary_good",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(patch=PROMOTE, until=_healthy("two")),
    ),
    _scenario(
        "canary_promoted_in_full",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(patch=PROMOTE_FULL, until=_healthy("two")),
    ),
    _scenario(
        "canary_analysed_good",
        _canary(_weight(50), {"analysis": _analyses(GOOD)}),
        Act(ship="two", until=_healthy("two")),
    ),
    _scenario(
        "canary_analysed_bad",
        _canary(_weight(50), {"analysis": _analyses(BAD)}),
        Act(ship="two", until=_aborted("one")),
    ),
    _scenario(
        "canary_watched_bad",
        _canary(*_STEPS, analysis={**_analyses(BAD), "startingStep": 1}),
        Act(ship="two", until=_aborted("one")),
    ),
    _scenario(
        "canary_without_metrics",
        _canary(_weight(50), {"analysis": _analyses(SILENT)}),
        Act(ship="two", until=_paused("two", verdict="inconclusive", weight=50)),
        Act(patch=ABORT, until=_aborted("one")),
    ),
    _scenario(
        "canary_aborted_and_retried",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(patch=ABORT, until=_aborted("one")),
        Act(patch=RETRY, until=_paused("two", **_AT_TWENTY)),
        Act(patch=PROMOTE, until=_healthy("two")),
    ),
    _scenario(
        "canary_second_version_during_the_first",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(ship="three", until=_paused("three", **_AT_TWENTY)),
        Act(patch=PROMOTE, until=_healthy("three")),
    ),
    _scenario(
        "canary_undone",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(ship="one", until=_healthy("one")),
    ),
    _scenario(
        "canary_never_ready",
        _canary(*_STEPS),
        Act(ship=BROKEN, until=_aborted("one")),
        progress_deadline_seconds=6,
    ),
    _scenario(
        "canary_controller_restarted",
        _canary(*_STEPS),
        Act(ship="two", until=_paused("two", **_AT_TWENTY)),
        Act(restart_controller=True, until=_paused("two", **_AT_TWENTY)),
        Act(patch=PROMOTE, until=_healthy("two")),
    ),
    _scenario(
        "blue_green_good",
        _blue_green(),
        Act(ship="two", until=_paused("two", active="one")),
        Act(patch=PROMOTE, until=_healthy("two")),
    ),
    _scenario(
        "blue_green_promotes_itself",
        _blue_green(autoPromotionEnabled=True, autoPromotionSeconds=PAUSE_SECONDS),
        Act(ship="two", until=_healthy("two")),
    ),
    _scenario(
        "blue_green_analysed_good",
        _blue_green(autoPromotionEnabled=True, prePromotionAnalysis=_analyses(GOOD)),
        Act(ship="two", until=_healthy("two")),
    ),
    _scenario(
        "blue_green_analysed_bad",
        _blue_green(autoPromotionEnabled=True, prePromotionAnalysis=_analyses(BAD)),
        Act(ship="two", until=_aborted("one")),
    ),
    _scenario(
        "blue_green_bad_after_promotion",
        _blue_green(postPromotionAnalysis=_analyses(BAD)),
        Act(ship="two", until=_paused("two", active="one")),
        Act(patch=PROMOTE, until=_aborted("one")),
    ),
    _scenario(
        "blue_green_without_metrics",
        _blue_green(autoPromotionEnabled=True, prePromotionAnalysis=_analyses(SILENT)),
        Act(ship="two", until=_paused("two", verdict="inconclusive", active="one")),
        Act(patch=ABORT, until=_aborted("one")),
    ),
    _scenario(
        "blue_green_aborted",
        _blue_green(),
        Act(ship="two", until=_paused("two", active="one")),
        Act(patch=ABORT, until=_aborted("one")),
    ),
    _scenario(
        "blue_green_second_version_during_the_first",
        _blue_green(),
        Act(ship="two", until=_paused("two", active="one")),
        Act(ship="three", until=_paused("three", active="one")),
        Act(patch=PROMOTE, until=_healthy("three")),
    ),
    _scenario(
        "blue_green_undone_after_promotion",
        _blue_green(),
        Act(ship="two", until=_paused("two", active="one")),
        Act(patch=PROMOTE, until=_healthy("two")),
        Act(ship="one", until=_healthy("one")),
    ),
    _scenario(
        "blue_green_never_ready",
        _blue_green(),
        Act(ship=BROKEN, until=_aborted("one")),
        progress_deadline_seconds=6,
    ),
    _scenario(
        "blue_green_controller_restarted",
        _blue_green(),
        Act(ship="two", until=_paused("two", active="one")),
        Act(restart_controller=True, until=_paused("two", active="one")),
        Act(patch=PROMOTE, until=_healthy("two")),
    ),
)
