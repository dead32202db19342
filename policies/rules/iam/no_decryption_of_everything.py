"""IAM-04: no policy lets its holder decrypt with every key."""

from policies.controls import KEY_MANAGEMENT, LEAST_PRIVILEGE, controls, security_hub
from policies.document import Statement, conditions, each_statement, grants, short_of_administration, values
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_POLICIES
from policies.values import shown, some

_DECRYPTING = ("kms:Decrypt", "kms:ReEncryptFrom")
_BOUNDS = ("kms:viaservice", "kms:resourcealiases")


def one_key(statement: Statement, _: Parameters) -> Verdict:
    """Decryption is of keys that are named, by ARN or alias, or by way of a named service."""
    granted = [action for action in _DECRYPTING if grants(statement, action)]
    if not granted or any(bound in conditions(statement) for bound in _BOUNDS):
        return COMPLIANT
    loose = some(values(statement, "Resource"), lambda arn: arn == "*" or arn.endswith(":key/*"))
    return require(not loose and not statement.get("NotResource"), f"{shown(granted)} is allowed on every key")


RULE = Rule(
    id="IAM-04",
    severity=Severity.HIGH,
    title="No policy lets its holder decrypt with every key",
    rationale="One such role undoes the separation that a key for each domain bought.",
    fix="Set `Resource` to the ARN of the key.",
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE, KEY_MANAGEMENT, hub=("KMS.1", "KMS.2")),
    link=security_hub("KMS.1"),
    checks=(each_statement("policy", short_of_administration(one_key)),),
)
