"""RDS-01: databases are encrypted with a key of this stack."""

from policies.checks import equals, own_key
from policies.controls import ENCRYPTION_AT_REST, KEY_MANAGEMENT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-01",
    severity=Severity.CRITICAL,
    title="Databases are encrypted with a key of this stack",
    rationale="A copied volume or a shared snapshot must be worth nothing.",
    fix="Set `storageEncrypted` to true and `kmsKeyId` to a key of the stack.",
    types=(RDS_INSTANCE,),
    controls=controls(ENCRYPTION_AT_REST, KEY_MANAGEMENT, hub=("RDS.3",), cis=("2.2.1",)),
    link=security_hub("RDS.3"),
    checks=(
        equals("storageEncrypted", True),
        own_key("kmsKeyId"),
    ),
)
