"""SEC-01: secrets are encrypted with a key of this stack and can be brought back."""

from policies.checks import at_least, own_key
from policies.controls import ENCRYPTION_AT_REST, SECRETS, controls
from policies.rule import Rule, Severity

RULE = Rule(
    id="SEC-01",
    severity=Severity.MEDIUM,
    title="Secrets are encrypted with a key of this stack and can be brought back",
    rationale="A secret under AWS's key is open to every reader of the account.",
    fix="Set `kmsKeyId` to a key of the stack and `recoveryWindowInDays` to 7 or more.",
    types=("aws:secretsmanager/secret:Secret",),
    controls=controls(SECRETS, ENCRYPTION_AT_REST),
    link="https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    checks=(
        own_key("kmsKeyId"),
        at_least("recoveryWindowInDays", 7, default=30),
    ),
)
