"""LOG-02: logs are encrypted with a key of this stack."""

from policies.checks import own_key
from policies.controls import ENCRYPTION_AT_REST, controls
from policies.rule import Rule, Severity
from policies.tokens import LOG_GROUP

RULE = Rule(
    id="LOG-02",
    severity=Severity.MEDIUM,
    title="Logs are encrypted with a key of this stack",
    rationale="Logs hold what people did, and sometimes what they typed.",
    fix="Set `kmsKeyId` to a key of the stack.",
    types=(LOG_GROUP,),
    controls=controls(ENCRYPTION_AT_REST),
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    checks=(own_key("kmsKeyId"),),
)
