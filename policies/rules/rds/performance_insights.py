"""RDS-09: databases keep performance insights under a key of this stack."""

from policies.checks import equals, own_key
from policies.controls import MONITORING, controls
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-09",
    severity=Severity.LOW,
    title="Databases keep performance insights under a key of this stack",
    rationale="Without them a slow night cannot be explained in the morning, and with AWS's key statements lie open.",
    fix="Set `performanceInsightsEnabled` to true and `performanceInsightsKmsKeyId` to a key of the stack.",
    types=(RDS_INSTANCE,),
    controls=controls(MONITORING),
    link="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.html",
    checks=(
        equals("performanceInsightsEnabled", True, default=False),
        own_key("performanceInsightsKmsKeyId"),
    ),
)
