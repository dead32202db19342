"""MSK-02: brokers keep their logs under a key of this stack."""

from policies.checks import own_key
from policies.controls import ENCRYPTION_AT_REST, KEY_MANAGEMENT, controls
from policies.rule import Rule, Severity
from policies.tokens import MSK_CLUSTER

RULE = Rule(
    id="MSK-02",
    severity=Severity.MEDIUM,
    title="Brokers keep their logs under a key of this stack",
    rationale="Only a key of one's own can be taken away from a thief.",
    fix="Set `encryptionInfo.encryptionAtRestKmsKeyArn` to a key of the stack.",
    types=(MSK_CLUSTER,),
    controls=controls(ENCRYPTION_AT_REST, KEY_MANAGEMENT),
    link="https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html",
    checks=(own_key("encryptionInfo.encryptionAtRestKmsKeyArn"),),
)
