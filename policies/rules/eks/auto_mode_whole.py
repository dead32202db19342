"""EKS-11: auto Mode is switched on for compute, storage and load balancing together."""

from policies.controls import CONFIGURATION, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import EKS_CLUSTER
from policies.values import Properties, read, some

_SWITCHES = (
    "computeConfig.enabled",
    "storageConfig.blockStorage.enabled",
    "kubernetesNetworkConfig.elasticLoadBalancing.enabled",
)


def together(cluster: Properties, _: Parameters) -> Verdict:
    """The three switches stand alike."""
    on = some(_SWITCHES, lambda switch: read(cluster, switch) is True)
    off = some(_SWITCHES, lambda switch: not read(cluster, switch))
    return require(not (on and off), f"of {', '.join(_SWITCHES)} some are on and some are off")


RULE = Rule(
    id="EKS-11",
    severity=Severity.MEDIUM,
    title="Auto Mode is switched on for compute, storage and load balancing together",
    rationale="EKS refuses one without the others, and only after minutes of creating the cluster.",
    fix=(
        "Set `computeConfig.enabled`, `storageConfig.blockStorage.enabled` and "
        "`kubernetesNetworkConfig.elasticLoadBalancing.enabled` alike."
    ),
    types=(EKS_CLUSTER,),
    controls=controls(CONFIGURATION),
    link="https://docs.aws.amazon.com/eks/latest/userguide/automode.html",
    checks=(together,),
)
