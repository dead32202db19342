"""IAM-03: no policy lets its holder give itself more rights."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.document import (
    Statement,
    conditions,
    each_statement,
    grants,
    on_every_resource,
    short_of_administration,
    values,
)
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_POLICIES
from policies.values import shown, some

_ESCALATIONS = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
_BOUNDS = ("iam:permissionsboundary", "iam:passedtoservice", "iam:policyarn")


def bounded(statement: Statement, _: Parameters) -> Verdict:
    """A statement that can widen rights names exact resources or stands under a condition that bounds them."""
    granted = [action for action in _ESCALATIONS if grants(statement, action)]
    if not granted or any(bound in conditions(statement) for bound in _BOUNDS):
        return COMPLIANT
    loose = on_every_resource(statement) or some(values(statement, "Resource"), lambda arn: arn.endswith("*"))
    return require(not loose, f"{shown(granted)} on a pattern of resources, without a bound")


RULE = Rule(
    id="IAM-03",
    severity=Severity.HIGH,
    title="No policy lets its holder give itself more rights",
    rationale="A role that may rewrite roles is an administrator with one more step.",
    fix=(
        "Set `Resource` to the exact roles, and add a condition on iam:PermissionsBoundary or, for "
        "PassRole, iam:PassedToService."
    ),
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    checks=(each_statement("policy", short_of_administration(bounded)),),
)
