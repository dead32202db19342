"""RDS-06: databases take IAM's tokens."""

from policies.checks import equals
from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-06",
    severity=Severity.MEDIUM,
    title="Databases take IAM's tokens",
    rationale="A token of fifteen minutes cannot be found in an old log.",
    fix="Set `iamDatabaseAuthenticationEnabled` to true.",
    types=(RDS_INSTANCE,),
    controls=controls(AUTHENTICATION, hub=("RDS.10",)),
    link=security_hub("RDS.10"),
    checks=(equals("iamDatabaseAuthenticationEnabled", True, default=False),),
)
