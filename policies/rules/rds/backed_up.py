"""RDS-04: databases keep automatic backups long enough."""

from policies.checks import at_least
from policies.controls import BACKUP, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-04",
    severity=Severity.MEDIUM,
    title="Databases keep automatic backups long enough",
    rationale="Damage is often noticed only after a weekend.",
    fix="Set `backupRetentionPeriod` to the parameter `minimum_days` or more.",
    types=(RDS_INSTANCE,),
    controls=controls(BACKUP, hub=("RDS.11",)),
    link=security_hub("RDS.11"),
    parameters={"minimum_days": Parameter(default=7, description="How many days of backups are kept at least.")},
    checks=(at_least("backupRetentionPeriod", "minimum_days"),),
)
