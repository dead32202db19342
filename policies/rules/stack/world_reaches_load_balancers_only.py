"""STK-13: only load balancers' groups are open to the world."""

from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.network import opens_to_world
from policies.reach import ingress_of
from policies.rule import COMPLIANT, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import EKS_CLUSTER, LOAD_BALANCER, MSK_CLUSTER, RDS_INSTANCE, REPLICATION_GROUP, SECURITY_GROUP
from policies.values import shown, some

_OTHERS = (
    (RDS_INSTANCE, "vpcSecurityGroupIds"),
    (REPLICATION_GROUP, "securityGroupIds"),
    (MSK_CLUSTER, "brokerNodeGroupInfo.securityGroups"),
    (EKS_CLUSTER, "vpcConfig.securityGroupIds"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
)


def only_on_balancers(group: Node, graph: Graph, _: Parameters) -> Verdict:
    """A group that is open to the world stands before load balancers and before nothing else."""
    if not some(ingress_of(group, graph), lambda ingress: opens_to_world(ingress.rule)):
        return COMPLIANT
    balancers = graph.referrers(group, LOAD_BALANCER, "securityGroups")
    others = [found.name for type_, path in _OTHERS for found in graph.referrers(group, type_, path)]
    return require(bool(balancers) and not others, f"it is open to the world and stands before {shown(others)}")


RULE = GraphRule(
    id="STK-13",
    severity=Severity.HIGH,
    title="Only load balancers' groups are open to the world",
    rationale="A group that is open for the load balancer opens whatever else it is put on.",
    fix="Use a group for the load balancer alone; elsewhere set `referencedSecurityGroupId` to it.",
    types=(SECURITY_GROUP,),
    controls=controls(NETWORK_BOUNDARY),
    link="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    checks=(only_on_balancers,),
)
