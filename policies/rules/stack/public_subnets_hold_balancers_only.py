"""STK-08: public subnets hold nothing but load balancers and NAT gateways."""

from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.reach import is_public
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import SUBNET, SUBNETS_OF
from policies.values import shown

_RESIDENTS = (
    *((type_, path) for type_, paths in SUBNETS_OF.items() for path in paths),
    ("aws:codebuild/project:Project", "vpcConfig.subnets"),
    ("aws:eks/nodeGroup:NodeGroup", "subnetIds"),
    ("aws:ec2/instance:Instance", "subnetId"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"),
)


def empty_but_for_the_edge(subnet: Node, graph: Graph, _: Parameters) -> Verdict:
    """Nothing else refers to a subnet of which the table leads to an internet gateway."""
    if not is_public(subnet, graph):
        return NOT_APPLICABLE
    residents = [found.name for type_, path in _RESIDENTS for found in graph.referrers(subnet, type_, path)]
    return require(not residents, f"it is public and holds {shown(residents)}")


RULE = GraphRule(
    id="STK-08",
    severity=Severity.HIGH,
    title="Public subnets hold nothing but load balancers and NAT gateways",
    rationale="Whatever stands in a public subnet is one address away from the internet.",
    fix="Set the resource's `subnetIds` to those of the private or data tier.",
    types=(SUBNET,),
    controls=controls(NETWORK_BOUNDARY),
    link="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
    checks=(empty_but_for_the_edge,),
)
