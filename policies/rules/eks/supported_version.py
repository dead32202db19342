"""EKS-04: the cluster runs a Kubernetes version in standard support."""

from policies.checks import equals, one_of
from policies.controls import PATCHING, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import EKS_CLUSTER

RULE = Rule(
    id="EKS-04",
    severity=Severity.HIGH,
    title="The cluster runs a Kubernetes version in standard support",
    rationale="A version out of support gets no fixes, and extended support costs six times as much.",
    fix="Set `version` to one of the parameter `versions` and `upgradePolicy.supportType` to STANDARD.",
    types=(EKS_CLUSTER,),
    controls=controls(PATCHING, hub=("EKS.2",)),
    link=security_hub("EKS.2"),
    parameters={
        "versions": Parameter(default=("1.33", "1.34", "1.35"), description="Kubernetes versions that may run.")
    },
    checks=(
        one_of("version", "versions"),
        equals("upgradePolicy.supportType", "STANDARD"),
    ),
)
