"""The analyses of a new version: each by itself, and each against the stable version at the same time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload import queries
from infra.components.workload.names import NAMESPACE, Process, process_name
from infra.shared.kubernetes import labels
from infra.shared.release import Analysis, Release, Strategy

MEASUREMENTS = "measurements"
ARGUMENTS = ("service", "stable-service", "hash", "stable-hash", MEASUREMENTS)
_QUERY_SECONDS = 10
_ERRORS_UNTIL_GIVEN_UP = 30
"""Errors in a row; the controller tries again every 10 s. Prometheus may be away for five minutes."""


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    """Where queries go, signed for which region."""

    address: pulumi.Input[str]
    region: str


@dataclass(frozen=True, kw_only=True)
class AnalysesArgs:
    """Which analyses, and whom they ask."""

    release: Release
    prometheus: Prometheus


class Analyses(pulumi.ComponentResource):
    """An AnalysisTemplate for every analysis that the release names."""

    ready: list[pulumi.Resource]
    """What the rollout refers to."""

    def __init__(self, name: str, args: AnalysesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Analyses", name, None, opts)
        self.ready = [self._template(name, analysis, args) for analysis in args.release.analyses]
        self.register_outputs({})

    def _template(self, name: str, analysis: Analysis, args: AnalysesArgs) -> pulumi.Resource:
        return k8s.apiextensions.CustomResource(
            f"{name}-{analysis}",
            api_version="argoproj.io/v1alpha1",
            kind="AnalysisTemplate",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=analysis.value, namespace=NAMESPACE, labels=labels(process_name(Process.API), "analysis")
            ),
            spec={
                "args": _arguments(args.release),
                "metrics": [_metric(limit, args) for limit in limits(analysis, args.release)],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )


def _arguments(release: Release) -> list[dict[str, str]]:
    """Argo Rollouts refuses a template whose count has no value of its own: it could run indefinitely."""
    defaults = {MEASUREMENTS: {"value": str(release.measuring.measurements)}}
    return [{"name": argument, **defaults.get(argument, {})} for argument in ARGUMENTS]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A query and what it has to find: at least or at most a number."""

    name: str
    query: str
    bound: float
    at_least: bool = False


def limits(analysis: Analysis, release: Release) -> list[Limit]:
    """The limits of an analysis; against the stable version only where both have traffic at the same time."""
    by_itself, against_stable = _LIMITS[analysis](release)
    return [by_itself, against_stable] if release.strategy is Strategy.CANARY else [by_itself]


def _success_rate(release: Release) -> tuple[Limit, Limit]:
    window, budgets = _window(release), release.budgets
    own = queries.success_percent(queries.SERVICE, **window)
    stable = queries.success_percent(queries.STABLE_SERVICE, **window)
    return (
        Limit(name="success-rate", query=own, bound=budgets.least_success_percent, at_least=True),
        Limit(
            name="success-rate-against-stable",
            query=f"({own}) - ({stable})",
            bound=-budgets.most_success_drop_percent,
            at_least=True,
        ),
    )


def _latency(release: Release) -> tuple[Limit, Limit]:
    window, budgets = _window(release), release.budgets
    own = queries.p99_milliseconds(queries.SERVICE, **window)
    stable = queries.p99_milliseconds(queries.STABLE_SERVICE, **window)
    compared = f"({own}) / clamp_min({stable}, {budgets.least_p99_milliseconds})"
    return (
        Limit(name="latency", query=own, bound=budgets.most_p99_milliseconds),
        Limit(name="latency-against-stable", query=compared, bound=budgets.most_p99_times_stable),
    )


def _saturation(release: Release) -> tuple[Limit, Limit]:
    own, stable = queries.saturation_percent(queries.HASH), queries.saturation_percent(queries.STABLE_HASH)
    budgets = release.budgets
    return (
        Limit(name="saturation", query=own, bound=budgets.most_saturation_percent),
        Limit(
            name="saturation-against-stable",
            query=f"({own}) / ({stable})",
            bound=budgets.most_saturation_times_stable,
        ),
    )


def _orders_confirmed(release: Release) -> tuple[Limit, Limit]:
    seconds, budgets = release.measuring.window_seconds, release.budgets
    own = queries.confirmed_percent(queries.HASH, window_seconds=seconds)
    stable = queries.confirmed_percent(queries.STABLE_HASH, window_seconds=seconds)
    return (
        Limit(name="orders-confirmed", query=own, bound=budgets.least_confirmed_percent, at_least=True),
        Limit(
            name="orders-confirmed-against-stable",
            query=f"({own}) - ({stable})",
            bound=-budgets.most_confirmed_drop_percent,
            at_least=True,
        ),
    )


_LIMITS: Mapping[Analysis, Callable[[Release], tuple[Limit, Limit]]] = {
    Analysis.SUCCESS_RATE: _success_rate,
    Analysis.LATENCY: _latency,
    Analysis.SATURATION: _saturation,
    Analysis.ORDERS_CONFIRMED: _orders_confirmed,
}


def _window(release: Release) -> dict[str, int]:
    measuring = release.measuring
    return {"window_seconds": measuring.window_seconds, "least_requests": measuring.least_requests}


def _metric(limit: Limit, args: AnalysesArgs) -> dict[str, Any]:
    """No data meets neither condition, which makes a measurement inconclusive; NaN, of nothing by nothing, likewise.

    The first window is full before the first measurement: a metric that found nothing yet would let the whole analysis
    end inconclusive, and while it waits for somebody the controller heeds no other analysis's failure.
    """
    measuring, right, wrong = args.release.measuring, *((">=", "<") if limit.at_least else ("<=", ">"))
    return {
        "name": limit.name,
        "initialDelay": f"{args.release.delay_seconds}s",
        "interval": f"{measuring.interval_seconds}s",
        "count": "{{args.measurements}}",
        "successCondition": f"len(result) > 0 && result[0] {right} {limit.bound:g}",
        "failureCondition": f"len(result) > 0 && result[0] {wrong} {limit.bound:g}",
        "failureLimit": measuring.failure_limit,
        "inconclusiveLimit": measuring.inconclusive_limit,
        "consecutiveErrorLimit": _ERRORS_UNTIL_GIVEN_UP,
        "provider": {
            "prometheus": {
                "address": args.prometheus.address,
                "query": limit.query,
                "timeout": _QUERY_SECONDS,
                "authentication": {"sigv4": {"region": args.prometheus.region}},
            }
        },
    }
