"""STK-15: whatever keeps data or runs pods stands in two zones or more."""

from policies.controls import AVAILABILITY, controls
from policies.graph import Graph, Node
from policies.reach import subnets_at, zones_of
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import EKS_CLUSTER, MSK_CLUSTER, ZONAL
from policies.values import shown

_PATHS = {MSK_CLUSTER: "brokerNodeGroupInfo.clientSubnets", EKS_CLUSTER: "vpcConfig.subnetIds"}


def spread(holder: Node, graph: Graph, _: Parameters) -> Verdict:
    """Its subnets lie in two zones or more."""
    zones = sorted(zones_of(subnets_at(holder, graph, _PATHS.get(holder.type, "subnetIds"))))
    return require(len(zones) > 1, f"it stands in {shown(zones)}, must be two zones or more")


RULE = GraphRule(
    id="STK-15",
    severity=Severity.MEDIUM,
    title="Whatever keeps data or runs pods stands in two zones or more",
    rationale="A service in one zone ends with it.",
    fix="Set `subnetIds` to subnets of at least two availability zones.",
    types=ZONAL,
    controls=controls(AVAILABILITY),
    link="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
    checks=(spread,),
)
