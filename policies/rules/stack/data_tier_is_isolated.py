"""STK-03: no route leads out of the subnets of data stores."""

from policies.controls import NETWORK_BOUNDARY, NETWORK_EGRESS, controls
from policies.graph import Graph, Node
from policies.reach import leads_out, subnets_at, tables_of
from policies.rule import GraphRule, Parameters, Severity, Verdict, combine, require, violating
from policies.tokens import MSK_CLUSTER
from policies.values import shown


def isolated(holder: Node, graph: Graph, _: Parameters) -> Verdict:
    """Each subnet has a table of its own, and none leads out; without one the main table would count."""
    path = "brokerNodeGroupInfo.clientSubnets" if holder.type == MSK_CLUSTER else "subnetIds"
    subnets = subnets_at(holder, graph, path)
    if not subnets:
        return violating(f"{path} names no subnet of this stack")
    adrift = [subnet.name for subnet in subnets if not tables_of(subnet, graph)]
    open_ones = {subnet.name for subnet in subnets for table in tables_of(subnet, graph) if leads_out(table, graph)}
    return combine(
        (
            require(not adrift, f"{shown(adrift)} has no route table of its own, so the main one counts"),
            require(not open_ones, f"a route leads out of {shown(sorted(open_ones))}"),
        )
    )


RULE = GraphRule(
    id="STK-03",
    severity=Severity.CRITICAL,
    title="No route leads out of the subnets of data stores",
    rationale="What cannot reach the internet cannot send anything there.",
    fix=(
        "Set `routeTableId` of each subnet's `RouteTableAssociation` to a table without a route to an "
        "internet or NAT gateway."
    ),
    types=(
        "aws:rds/subnetGroup:SubnetGroup",
        "aws:elasticache/subnetGroup:SubnetGroup",
        MSK_CLUSTER,
    ),
    controls=controls(NETWORK_BOUNDARY, NETWORK_EGRESS),
    link="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    checks=(isolated,),
)
