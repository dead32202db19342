"""KMS-03: A deleted key can be brought back for two weeks."""

from policies.checks import at_least, differs
from policies.controls import KEY_MANAGEMENT, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import KMS_KEY

RULE = Rule(
    id="KMS-03",
    severity=Severity.MEDIUM,
    title="A deleted key can be brought back for two weeks",
    rationale="When the key is gone so is everything that it encrypted.",
    fix=(
        "Set `deletionWindowInDays` to the parameter `minimum_days` or more and leave out "
        "`bypassPolicyLockoutSafetyCheck`."
    ),
    types=(KMS_KEY,),
    controls=controls(KEY_MANAGEMENT, hub=("KMS.3",)),
    link=security_hub("KMS.3"),
    parameters={"minimum_days": Parameter(default=14, description="How long a deleted key stays recoverable.")},
    checks=(
        at_least("deletionWindowInDays", "minimum_days", default=30),
        differs("bypassPolicyLockoutSafetyCheck", True),
    ),
)
