"""LB-07: load balancers stand in two zones or more."""

from policies.controls import AVAILABILITY, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import LOAD_BALANCER, SUBNET
from policies.values import read, read_list, shown


def spread(balancer: Node, graph: Graph, _: Parameters) -> Verdict:
    """The subnets it is given, where they are of this stack, lie in two zones or more."""
    subnets = graph.references(balancer, "subnets", SUBNET)
    if not subnets:
        given = read_list(balancer.properties, "subnets")
        return require(len(given) > 1, f"it stands in {len(given)} subnets, must be two or more")
    zones = {read(subnet.properties, "availabilityZone") for subnet in subnets}
    return require(len(zones) > 1, f"it stands in {shown(sorted(map(str, zones)))} alone, must be two zones or more")


RULE = GraphRule(
    id="LB-07",
    severity=Severity.MEDIUM,
    title="Load balancers stand in two zones or more",
    rationale="One zone's failure must not take the service with it.",
    fix="Set `subnets` to subnets of at least two availability zones.",
    types=(LOAD_BALANCER,),
    controls=controls(AVAILABILITY, hub=("ELB.13",)),
    link=security_hub("ELB.13"),
    checks=(spread,),
)
