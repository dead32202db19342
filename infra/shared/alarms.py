"""CloudWatch alarms as data: each component keeps its own list and makes them beside what they watch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pulumi
import pulumi_aws as aws

RUNBOOK = "docs/operations/alerts.md"
"""Has a section for each alarm, by its name in the program, and for each alert."""


class Comparison(StrEnum):
    """How a metric is compared with the threshold."""

    ABOVE = "GreaterThanThreshold"
    BELOW = "LessThanThreshold"


class MissingData(StrEnum):
    """What a period without a data point counts as."""

    NOT_BREACHING = "notBreaching"
    BREACHING = "breaching"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One alarm on one metric."""

    name: str
    description: str
    namespace: str
    metric_name: str
    threshold: float
    statistic: str = "Average"
    comparison: Comparison = Comparison.ABOVE
    period_seconds: int = 60
    evaluation_periods: int = 5
    missing_data: MissingData = MissingData.NOT_BREACHING

    def arguments(self, *, dimensions: Mapping[str, pulumi.Input[str]], topic_arn: pulumi.Input[str]) -> dict[str, Any]:
        """The arguments of `aws.cloudwatch.MetricAlarm`; the topic hears of the alarm and of its end."""
        return {
            "alarm_description": f"{self.description}. What to do: {RUNBOOK}, under this alarm's name",
            "namespace": self.namespace,
            "metric_name": self.metric_name,
            "statistic": self.statistic,
            "threshold": self.threshold,
            "comparison_operator": self.comparison.value,
            "period": self.period_seconds,
            "evaluation_periods": self.evaluation_periods,
            "treat_missing_data": self.missing_data.value,
            "dimensions": dict(dimensions),
            "alarm_actions": [topic_arn],
            "ok_actions": [topic_arn],
        }


def raise_alarms(
    alarms: Iterable[Alarm],
    prefix: str,
    *,
    dimensions: Mapping[str, pulumi.Input[str]],
    topic_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    number: int | None = None,
    region: str | None = None,
) -> list[pulumi.Output[str]]:
    """Make the alarms of one thing, or of the one that AWS itself numbers so among several alike; return their ARNs.

    `region` is where the metric is measured, where that is not the stack's own.
    """
    ending = "" if number is None else f"-{number:03}"
    return [
        aws.cloudwatch.MetricAlarm(
            f"{prefix}-{alarm.name}{ending}",
            **alarm.arguments(dimensions=dimensions, topic_arn=topic_arn),
            region=region,
            opts=opts,
        ).arn
        for alarm in alarms
    ]
