"""RDS-11: snapshots carry their database's tags."""

from policies.checks import equals, set_to
from policies.controls import CONFIGURATION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-11",
    severity=Severity.LOW,
    title="Snapshots carry their database's tags",
    rationale="A snapshot without an owner is never deleted and never protected.",
    fix="Set `copyTagsToSnapshot` to true.",
    types=(RDS_INSTANCE,),
    controls=controls(CONFIGURATION, hub=("RDS.17",)),
    link=security_hub("RDS.17"),
    checks=(equals("copyTagsToSnapshot", True, default=False),),
    remedy=set_to({"copyTagsToSnapshot": True}),
)
