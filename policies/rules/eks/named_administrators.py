"""EKS-07: only named principals administer the cluster."""

from fnmatch import fnmatchcase

from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import NOT_APPLICABLE, Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_ADMINISTRATION = "AmazonEKSClusterAdminPolicy"


def listed(association: Properties, parameters: Parameters) -> Verdict:
    """The whole cluster's administration belongs to a listed principal."""
    if _ADMINISTRATION not in (read(association, "policyArn") or ""):
        return NOT_APPLICABLE
    principal = read(association, "principalArn") or ""
    allowed = parameters["administrators"]
    known_one = any(fnmatchcase(principal, pattern) for pattern in allowed)
    return require(known_one, f"{shown(principal)} administers the cluster, only {shown(allowed)} may")


RULE = Rule(
    id="EKS-07",
    severity=Severity.MEDIUM,
    title="Only named principals administer the cluster",
    rationale="Every further administrator is another account whose loss is the loss of the cluster.",
    fix=("Set `policyArn` to a narrower access policy, or add the principal's role to the parameter `administrators`."),
    types=("aws:eks/accessPolicyAssociation:AccessPolicyAssociation",),
    controls=controls(LEAST_PRIVILEGE, eks=("4.1.1",)),
    link="https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html",
    parameters={
        "administrators": Parameter(
            default=("arn:aws:iam::*:role/*",), description="ARN patterns of the principals that may administer."
        )
    },
    checks=(listed,),
)
