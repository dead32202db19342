"""IAM-06: no role holds a managed policy of administration."""

from policies.controls import LEAST_PRIVILEGE, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, combine, decide, require
from policies.tokens import IAM_ROLE
from policies.values import Properties, known, read, read_list

_ADMINISTRATION = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")


def attached(attachment: Properties, _: Parameters) -> Verdict:
    """The attached policy is none of them."""
    return _narrow(read(attachment, "policyArn") or "")


def managed(role: Properties, _: Parameters) -> Verdict:
    """Nor is any that the role lists itself."""
    return combine(decide(_narrow, arn) for arn in read_list(role, "managedPolicyArns"))


def _narrow(arn: str) -> Verdict:
    return require(known(arn).rpartition("/")[2] not in _ADMINISTRATION, f"{arn} is attached")


RULE = Rule(
    id="IAM-06",
    severity=Severity.HIGH,
    title="No role holds a managed policy of administration",
    rationale="The managed policies of administration change without notice, and always for more.",
    fix="Set `policyArn` to a policy of the stack that names what is needed.",
    types=(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        IAM_ROLE,
    ),
    controls=controls(LEAST_PRIVILEGE, hub=("IAM.1",), cis=("1.15",)),
    link=security_hub("IAM.1"),
    checks=(
        attached,
        managed,
    ),
)
