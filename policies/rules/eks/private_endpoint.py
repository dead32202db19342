"""EKS-01: the Kubernetes API is private, or public to named networks only."""

from policies.checks import equals
from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.network import is_world
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.tokens import EKS_CLUSTER
from policies.values import Properties, read, read_list, shown, some


def named_networks(cluster: Properties, _: Parameters) -> Verdict:
    """The public endpoint is off, or lists networks of which none is the world or a piece of it."""
    if read(cluster, "vpcConfig.endpointPublicAccess") is False:
        return COMPLIANT
    networks = read_list(cluster, "vpcConfig.publicAccessCidrs")
    open_to_all = not networks or some(networks, is_world)
    return require(not open_to_all, f"the public endpoint is open to {shown(networks or 'everybody')}")


RULE = Rule(
    id="EKS-01",
    severity=Severity.CRITICAL,
    title="The Kubernetes API is private, or public to named networks only",
    rationale="An API server open to the internet is one leaked token away from the whole cluster.",
    fix=(
        "Set `vpcConfig.endpointPrivateAccess` to true, and `vpcConfig.endpointPublicAccess` to false or "
        "`publicAccessCidrs`."
    ),
    types=(EKS_CLUSTER,),
    controls=controls(NETWORK_BOUNDARY, hub=("EKS.1",), eks=("5.4.1", "5.4.2")),
    link=security_hub("EKS.1"),
    checks=(
        equals("vpcConfig.endpointPrivateAccess", True, default=False),
        named_networks,
    ),
)
