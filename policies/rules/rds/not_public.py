"""RDS-02: databases have no public address."""

from policies.checks import equals
from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-02",
    severity=Severity.CRITICAL,
    title="Databases have no public address",
    rationale="A database on the internet is guessed at from the first minute.",
    fix="Set `publiclyAccessible` to false, in so many words.",
    types=(RDS_INSTANCE,),
    controls=controls(PUBLIC_ACCESS, hub=("RDS.2",), cis=("2.2.3",)),
    link=security_hub("RDS.2"),
    checks=(equals("publiclyAccessible", False),),
)
