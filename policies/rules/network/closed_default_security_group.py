"""NET-05: each VPC's default security group lets nothing through."""

from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require, violating
from policies.tokens import VPC
from policies.values import read_list

_DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_WAYS = ("ingress", "egress")


def closed_default(vpc: Node, graph: Graph, _: Parameters) -> Verdict:
    """The VPC's default group is taken over, and is empty in both directions."""
    groups = graph.referrers(vpc, _DEFAULT_GROUP, "vpcId")
    if not groups:
        return violating("its default security group is left as AWS makes it")
    filled = (f"{group.name} has {way} rules" for group in groups for way in _WAYS if read_list(group.properties, way))
    return require(not (found := ", ".join(filled)), found)


RULE = GraphRule(
    id="NET-05",
    severity=Severity.HIGH,
    title="Each VPC's default security group lets nothing through",
    rationale=(
        "Whatever is launched without a group lands in the default one, which lets its members talk to each"
        " other and out."
    ),
    fix=(
        "Declare one `aws:ec2/defaultSecurityGroup:DefaultSecurityGroup` for the VPC with `ingress` and "
        "`egress` left out."
    ),
    types=(VPC,),
    controls=controls(NETWORK_BOUNDARY, hub=("EC2.2",), cis=("5.5",)),
    link=security_hub("EC2.2"),
    checks=(closed_default,),
)
