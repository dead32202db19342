"""RDS-03: databases have a standby in another zone."""

from policies.checks import equals
from policies.controls import AVAILABILITY, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-03",
    severity=Severity.MEDIUM,
    title="Databases have a standby in another zone",
    rationale="Without a standby one zone's failure is hours of outage.",
    fix="Set `multiAz` to true.",
    types=(RDS_INSTANCE,),
    controls=controls(AVAILABILITY, hub=("RDS.5",), cis=("2.2.4",)),
    link=security_hub("RDS.5"),
    checks=(equals("multiAz", True, default=False),),
)
