"""STK-15: whatever keeps data, runs pods or watches them stands in two zones or more."""

from policies.controls import AVAILABILITY, controls
from policies.graph import Graph, Node
from policies.reach import subnets_at, zones_of
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import SUBNETS_OF
from policies.values import shown


def spread(holder: Node, graph: Graph, _: Parameters) -> Verdict:
    """Its subnets lie in two zones or more."""
    subnets = [subnet for path in SUBNETS_OF[holder.type] for subnet in subnets_at(holder, graph, path)]
    zones = sorted(zones_of(subnets))
    return require(len(zones) > 1, f"it stands in {shown(zones)}, must be two zones or more")


RULE = GraphRule(
    id="STK-15",
    severity=Severity.MEDIUM,
    title="Whatever keeps data, runs pods or watches them stands in two zones or more",
    rationale="A service in one zone ends with it.",
    fix="Set `subnetIds` to subnets of at least two availability zones.",
    types=tuple(SUBNETS_OF),
    controls=controls(AVAILABILITY),
    link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    checks=(spread,),
)
