"""LOG-01: logs are kept for as long as the parameter says."""

from policies.controls import LOG_RETENTION, controls, security_hub
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.tokens import LOG_GROUP
from policies.values import Properties, read, shown


def retained(group: Properties, parameters: Parameters) -> Verdict:
    """An end is set, and it is late enough: for ever is as wrong as too short."""
    days, least = read(group, "retentionInDays"), parameters["minimum_days"]
    return require(bool(days) and days >= least, f"retentionInDays is {shown(days)}, must be at least {least}")


RULE = Rule(
    id="LOG-01",
    severity=Severity.MEDIUM,
    title="Logs are kept for as long as the parameter says",
    rationale="Intruders are found months after they came.",
    fix="Set `retentionInDays` to the parameter `minimum_days` or more.",
    types=(LOG_GROUP,),
    controls=controls(LOG_RETENTION, hub=("CloudWatch.16",)),
    link=security_hub("CloudWatch.16"),
    parameters={"minimum_days": Parameter(default=365, description="How many days logs are kept at least.")},
    checks=(retained,),
)
