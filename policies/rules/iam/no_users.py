"""IAM-07: there are no IAM users."""

from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def listed(properties: Properties, parameters: Parameters) -> Verdict:
    """The user it is, or belongs to, is one that is listed."""
    user = read(properties, "user") or read(properties, "name")
    return require(user in parameters["users"], f"{shown(user)} is an IAM user, {shown(parameters['users'])} may be")


RULE = Rule(
    id="IAM-07",
    severity=Severity.MEDIUM,
    title="There are no IAM users",
    rationale="A user's access key lives for ever, and is found in a repository sooner or later.",
    fix="Remove the resource and use a role by federation, Pod Identity or Identity Center.",
    types=(
        "aws:iam/user:User",
        "aws:iam/accessKey:AccessKey",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    ),
    controls=controls(AUTHENTICATION, hub=("IAM.2",), cis=("1.14",)),
    link=security_hub("IAM.2"),
    parameters={"users": Parameter(default=(), description="Names of users that may exist, for emergencies.")},
    checks=(listed,),
)
