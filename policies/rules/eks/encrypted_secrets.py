"""EKS-02: kubernetes secrets are encrypted with a key of this stack."""

from policies.checks import includes, own_key
from policies.controls import ENCRYPTION_AT_REST, KEY_MANAGEMENT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import EKS_CLUSTER

RULE = Rule(
    id="EKS-02",
    severity=Severity.HIGH,
    title="Kubernetes secrets are encrypted with a key of this stack",
    rationale="Whoever reads etcd or its backup would read every secret of the cluster.",
    fix=("Set `encryptionConfig.provider.keyArn` to a key of the stack and `encryptionConfig.resources` to secrets."),
    types=(EKS_CLUSTER,),
    controls=controls(ENCRYPTION_AT_REST, KEY_MANAGEMENT, hub=("EKS.3",), eks=("5.3.1",)),
    link=security_hub("EKS.3"),
    checks=(
        own_key("encryptionConfig.provider.keyArn"),
        includes("encryptionConfig.resources", "secrets"),
    ),
)
