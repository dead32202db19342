"""RDS-16: database proxies refuse connections without TLS."""

from policies.checks import equals
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import DATABASE_PROXY

RULE = Rule(
    id="RDS-16",
    severity=Severity.MEDIUM,
    title="Database proxies refuse connections without TLS",
    rationale="A proxy that takes plain connections undoes what the database demands.",
    fix="Set `requireTls` to true.",
    types=(DATABASE_PROXY,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("RDS.43",)),
    link=security_hub("RDS.43"),
    checks=(equals("requireTls", True, default=False),),
)
