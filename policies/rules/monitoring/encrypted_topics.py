"""MON-02: topics are encrypted with a key of this stack."""

from policies.checks import own_key
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import TOPIC

RULE = Rule(
    id="MON-02",
    severity=Severity.MEDIUM,
    title="Topics are encrypted with a key of this stack",
    rationale="Alarms tell an attacker what is noticed and what is not.",
    fix="Set `kmsMasterKeyId` to a key of the stack.",
    types=(TOPIC,),
    controls=controls(ENCRYPTION_AT_REST, hub=("SNS.1",)),
    link=security_hub("SNS.1"),
    checks=(own_key("kmsMasterKeyId"),),
)
