"""RDS-08: databases report their operating system's figures."""

from policies.checks import at_least, present
from policies.controls import MONITORING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-08",
    severity=Severity.MEDIUM,
    title="Databases report their operating system's figures",
    rationale="The database's own figures do not show what starves it.",
    fix="Set `monitoringInterval` to 60 or less and `monitoringRoleArn`.",
    types=(RDS_INSTANCE,),
    controls=controls(MONITORING, hub=("RDS.6",)),
    link=security_hub("RDS.6"),
    checks=(
        at_least("monitoringInterval", 1),
        present("monitoringRoleArn"),
    ),
)
