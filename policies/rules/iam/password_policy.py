"""IAM-09: the account's password policy is strong."""

from policies.checks import at_least
from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="IAM-09",
    severity=Severity.MEDIUM,
    title="The account's password policy is strong",
    rationale="Where passwords are left, they are the weakest way in.",
    fix="Set `minimumPasswordLength` to 14 or more and `passwordReusePrevention` to 24.",
    types=("aws:iam/accountPasswordPolicy:AccountPasswordPolicy",),
    controls=controls(AUTHENTICATION, hub=("IAM.7", "IAM.15", "IAM.16"), cis=("1.7", "1.8")),
    link=security_hub("IAM.7"),
    checks=(
        at_least("minimumPasswordLength", 14),
        at_least("passwordReusePrevention", 24),
    ),
)
