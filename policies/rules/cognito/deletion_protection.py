"""COG-02: the user pool is protected from deletion."""

from policies.checks import equals
from policies.controls import AVAILABILITY, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="COG-02",
    severity=Severity.MEDIUM,
    title="The user pool is protected from deletion",
    rationale="With the pool every customer's account is gone, and no backup brings passwords back.",
    fix="Set `deletionProtection` to ACTIVE.",
    types=("aws:cognito/userPool:UserPool",),
    controls=controls(AVAILABILITY, hub=("Cognito.5",)),
    link=security_hub("Cognito.5"),
    checks=(equals("deletionProtection", "ACTIVE", default="INACTIVE"),),
)
