"""RDS-10: databases take minor upgrades by themselves."""

from policies.checks import equals
from policies.controls import PATCHING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-10",
    severity=Severity.MEDIUM,
    title="Databases take minor upgrades by themselves",
    rationale="Known holes stay open for as long as somebody has to think of them.",
    fix="Set `autoMinorVersionUpgrade` to true.",
    types=(RDS_INSTANCE,),
    controls=controls(PATCHING, hub=("RDS.13",), cis=("2.2.2",)),
    link=security_hub("RDS.13"),
    checks=(equals("autoMinorVersionUpgrade", True, default=True),),
)
