"""RDS-05: databases are protected from deletion and leave a snapshot behind."""

from policies.checks import equals
from policies.controls import AVAILABILITY, BACKUP, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-05",
    severity=Severity.MEDIUM,
    title="Databases are protected from deletion and leave a snapshot behind",
    rationale="One wrong destroy must not end every order ever placed.",
    fix="Set `deletionProtection` to true and `skipFinalSnapshot` to false.",
    types=(RDS_INSTANCE,),
    controls=controls(BACKUP, AVAILABILITY, hub=("RDS.8",)),
    link=security_hub("RDS.8"),
    checks=(
        equals("deletionProtection", True, default=False),
        equals("skipFinalSnapshot", False, default=False),
    ),
)
