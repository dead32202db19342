"""EC-02: caches refuse connections without TLS."""

from policies.checks import equals
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPLICATION_GROUP

RULE = Rule(
    id="EC-02",
    severity=Severity.HIGH,
    title="Caches refuse connections without TLS",
    rationale="The mode `preferred` still answers in plain text whoever asks in plain text.",
    fix="Set `transitEncryptionEnabled` to true and `transitEncryptionMode` to required or leave it out.",
    types=(REPLICATION_GROUP,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("ElastiCache.5",)),
    link=security_hub("ElastiCache.5"),
    checks=(
        equals("transitEncryptionEnabled", True, default=False),
        equals("transitEncryptionMode", "required", default="required"),
    ),
)
