"""EKS-09: the cluster is protected from deletion."""

from policies.checks import equals
from policies.controls import AVAILABILITY, controls
from policies.rule import Rule, Severity
from policies.tokens import EKS_CLUSTER

RULE = Rule(
    id="EKS-09",
    severity=Severity.MEDIUM,
    title="The cluster is protected from deletion",
    rationale="A deleted cluster takes everything that runs on it.",
    fix="Set `deletionProtection` to true.",
    types=(EKS_CLUSTER,),
    controls=controls(AVAILABILITY),
    link="https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html",
    checks=(equals("deletionProtection", True, default=False),),
)
