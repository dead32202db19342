"""EKS-05: access to the cluster is by access entries, and its creator gets none by accident."""

from policies.checks import equals
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import Rule, Severity
from policies.tokens import EKS_CLUSTER

RULE = Rule(
    id="EKS-05",
    severity=Severity.MEDIUM,
    title="Access to the cluster is by access entries, and its creator gets none by accident",
    rationale="The aws-auth ConfigMap can lock everybody out, and a creator's hidden admin right is seen in no list.",
    fix="Set `accessConfig.authenticationMode` to API and `bootstrapClusterCreatorAdminPermissions` to false.",
    types=(EKS_CLUSTER,),
    controls=controls(LEAST_PRIVILEGE, eks=("5.5.1",)),
    link="https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
    checks=(
        equals("accessConfig.authenticationMode", "API"),
        equals("accessConfig.bootstrapClusterCreatorAdminPermissions", False, default=True),
    ),
)
