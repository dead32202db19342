"""MON-01: alarms call somebody."""

from policies.checks import differs
from policies.controls import MONITORING, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read_list


def acts(alarm: Properties, _: Parameters) -> Verdict:
    """At least one action is set, known or to come."""
    return require(bool(read_list(alarm, "alarmActions")), "alarmActions is empty")


RULE = Rule(
    id="MON-01",
    severity=Severity.MEDIUM,
    title="Alarms call somebody",
    rationale="An alarm without an action rings in an empty room.",
    fix="Set `alarmActions` to the topic and leave `actionsEnabled` true.",
    types=("aws:cloudwatch/metricAlarm:MetricAlarm",),
    controls=controls(MONITORING, hub=("CloudWatch.15", "CloudWatch.17")),
    link=security_hub("CloudWatch.15"),
    checks=(
        acts,
        differs("actionsEnabled", False),
    ),
)
