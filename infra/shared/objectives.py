"""What users are promised, as typed configuration, and the rules that tell how fast the rest is being used up.

Google's SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts": a long window says that much of the error
budget is gone, a short one that it still is going. https://sre.google/workbook/alerting-on-slos/
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Any

from annotated_types import Interval
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from infra.shared.alert_manager import PAGE, TICKET

_STRICT = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
_HOURS_A_DAY = 24
_RECORDED = "objective:error_ratio:rate"

Objective = Annotated[float, Interval(ge=50, lt=100)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Objectives:
    """The share of good requests over a window: of those answered at all, and of orders answered in time."""

    availability_percent: Objective
    latency_percent: Objective
    latency_milliseconds: Annotated[int, Interval(ge=5, le=5000)]
    """A boundary of the service's histogram, or nothing is ever counted."""
    window_days: Annotated[int, Interval(ge=7, le=90)]


@plain_dataclass(frozen=True, kw_only=True)
class Burn:
    """Somebody is told when `budget_share` of the budget went in the long window, and the short one is no better."""

    severity: str
    budget_share: float
    long_hours: int
    long_window: str
    short_window: str

    def rate(self, window_days: int) -> float:
        """How many times as fast as the budget allows."""
        return round(self.budget_share * window_days * _HOURS_A_DAY / self.long_hours, 4)


BURNS = (
    Burn(severity=PAGE, budget_share=0.02, long_hours=1, long_window="1h", short_window="5m"),
    Burn(severity=PAGE, budget_share=0.05, long_hours=6, long_window="6h", short_window="30m"),
    Burn(severity=TICKET, budget_share=0.1, long_hours=24, long_window="1d", short_window="2h"),
    Burn(severity=TICKET, budget_share=0.1, long_hours=72, long_window="3d", short_window="6h"),
)
WINDOWS = sorted({window for burn in BURNS for window in (burn.long_window, burn.short_window)})
_SPEEDS = {PAGE: "Fast", TICKET: "Slowly"}


@plain_dataclass(frozen=True, kw_only=True)
class Promise:
    """One objective: its name, its share, and the two selectors whose rates say how much of it was bad."""

    name: str
    percent: float
    good_or_bad: str
    every: str
    counts_good: bool

    @property
    def budget(self) -> float:
        """The share that may be bad."""
        return round(1 - self.percent / 100, 6)

    def error_ratio(self, window: str) -> str:
        """PromQL: the share of bad ones; nothing where nothing happened."""
        counted = f"sum(rate({self.good_or_bad}[{window}]))"
        share = f"({counted} or vector(0)) / sum(rate({self.every}[{window}]))"
        return f"1 - {share}" if self.counts_good else share


def rules(promises: Sequence[Promise], *, window_days: int, runbook_url: str) -> str:
    """The rule groups of Prometheus as JSON, which is YAML too: what is recorded, then what is told."""
    groups = [
        {
            "name": f"objective-{promise.name}",
            "interval": "30s",
            "rules": [*_recorded(promise), *_alerts(promise, window_days, runbook_url)],
        }
        for promise in promises
    ]
    return json.dumps({"groups": groups}, indent=2)


def alert_name(promise: str, severity: str) -> str:
    """As the runbook has it for a section."""
    return f"Orders{promise.capitalize()}BudgetBurns{_SPEEDS[severity]}"


def _recorded(promise: Promise) -> list[dict[str, Any]]:
    return [
        {
            "record": f"{_RECORDED}{window}",
            "expr": promise.error_ratio(window),
            "labels": {"objective": promise.name},
        }
        for window in WINDOWS
    ]


def _alerts(promise: Promise, window_days: int, runbook_url: str) -> list[dict[str, Any]]:
    return [
        {
            "alert": (name := alert_name(promise.name, severity)),
            "expr": " or ".join(_burns(promise, burn, window_days) for burn in BURNS if burn.severity == severity),
            "labels": {"severity": severity, "objective": promise.name},
            "annotations": {
                "summary": f"At this rate {promise.percent:g} % {promise.name} over {window_days} days is missed",
                "description": "{{ $value | humanizePercentage }} of requests are bad over the long window.",
                "runbook_url": f"{runbook_url}#{name.lower()}",
            },
        }
        for severity in (PAGE, TICKET)
    ]


def _burns(promise: Promise, burn: Burn, window_days: int) -> str:
    bound = f"{burn.rate(window_days):g} * {promise.budget:g}"
    long, short = (
        f'{_RECORDED}{window}{{objective="{promise.name}"}} > {bound}'
        for window in (burn.long_window, burn.short_window)
    )
    return f"({long} and {short})"
