"""EC-01: caches are encrypted at rest with a key of this stack."""

from policies.checks import equals, own_key
from policies.controls import ENCRYPTION_AT_REST, KEY_MANAGEMENT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPLICATION_GROUP

RULE = Rule(
    id="EC-01",
    severity=Severity.HIGH,
    title="Caches are encrypted at rest with a key of this stack",
    rationale="Snapshots and swapped memory hold what the cache holds.",
    fix="Set `atRestEncryptionEnabled` to true and `kmsKeyId` to a key of the stack.",
    types=(REPLICATION_GROUP,),
    controls=controls(ENCRYPTION_AT_REST, KEY_MANAGEMENT, hub=("ElastiCache.4",)),
    link=security_hub("ElastiCache.4"),
    checks=(
        equals("atRestEncryptionEnabled", True, default=False),
        own_key("kmsKeyId"),
    ),
)
