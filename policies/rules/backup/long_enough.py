"""BKP-02: backup plans keep what they take for long enough."""

from policies.checks import at_least, each
from policies.controls import BACKUP, controls, security_hub
from policies.rule import Parameter, Rule, Severity

RULE = Rule(
    id="BKP-02",
    severity=Severity.MEDIUM,
    title="Backup plans keep what they take for long enough",
    rationale="Damage is sometimes a month old when it is seen.",
    fix="Set `rules[].lifecycle.deleteAfter` to the parameter `minimum_days` or more.",
    types=("aws:backup/plan:Plan",),
    controls=controls(BACKUP, hub=("RDS.26",)),
    link=security_hub("RDS.26"),
    parameters={"minimum_days": Parameter(default=35, description="How many days a backup is kept at least.")},
    checks=(each("rules", at_least("lifecycle.deleteAfter", "minimum_days")),),
)
