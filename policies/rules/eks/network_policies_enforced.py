"""EKS-12: network policies are enforced on nodes of either kind, and node classes keep to them."""

from policies.cluster import CONFIG_MAP, name_of, namespace_of
from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import EKS_CLUSTER
from policies.values import known, read, some

_NODE_CLASS = "kubernetes:eks.amazonaws.com/v1:NodeClass"
_ADD_ON = "aws:eks/addon:Addon"
_SWITCH = "enable-network-policy-controller"


def switched_on(cluster: Node, graph: Graph, _: Parameters) -> Verdict:
    """Auto Mode reads a ConfigMap that says so; other nodes have the add-on vpc-cni, whose settings EKS-10 judges."""
    if cluster.type != EKS_CLUSTER:
        return NOT_APPLICABLE
    if read(cluster.properties, "computeConfig.enabled") is not True:
        return require(some(graph.of(_ADD_ON), _gives_addresses), "without Auto Mode there is no add-on vpc-cni")
    return require(some(graph.of(CONFIG_MAP), _is_the_switch), f"no ConfigMap amazon-vpc-cni sets {_SWITCH}")


def _gives_addresses(add_on: Node) -> bool:
    return read(add_on.properties, "addonName") == "vpc-cni"


def _is_the_switch(settings: Node) -> bool:
    named = namespace_of(settings) == "kube-system" and name_of(settings) == "amazon-vpc-cni"
    return named and known((read(settings.properties, "data") or {}).get(_SWITCH)) == "true"


def kept_to(node_class: Node, _: Graph, __: Parameters) -> Verdict:
    """The class records what policies refuse, and gives its nodes no public address."""
    if node_class.type != _NODE_CLASS:
        return NOT_APPLICABLE
    recorded = read(node_class.properties, "spec.networkPolicyEventLogs") == "Enabled"
    public = read(node_class.properties, "spec.advancedNetworking.associatePublicIPAddress") is True
    return require(recorded and not public, "its nodes have public addresses or record no refusals")


RULE = GraphRule(
    id="EKS-12",
    severity=Severity.HIGH,
    title="Network policies are enforced on nodes of either kind, and node classes keep to them",
    rationale="Without switch or add-on every NetworkPolicy is accepted and none is enforced.",
    fix=(
        "Under Auto Mode declare the ConfigMap `amazon-vpc-cni` in kube-system with enable-network-policy-controller "
        '"true", and set `spec.networkPolicyEventLogs` to Enabled on each NodeClass; without it declare the add-on '
        "vpc-cni."
    ),
    types=(
        EKS_CLUSTER,
        _NODE_CLASS,
    ),
    controls=controls(NETWORK_BOUNDARY, eks=("4.3.1",), nsa=("Network separation",)),
    link="https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html",
    checks=(
        switched_on,
        kept_to,
    ),
)
