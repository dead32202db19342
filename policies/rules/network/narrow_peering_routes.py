"""NET-11: no route sends everything to a peered VPC."""

from policies.checks import each
from policies.controls import NETWORK_BOUNDARY, controls
from policies.network import is_world
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown, some

_DESTINATIONS = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")


def routes(table: Properties, parameters: Parameters) -> Verdict:
    """Each route of a table, or the route that is a resource of its own."""
    return narrow(table, parameters) if "routeTableId" in table else each("routes", narrow)(table, parameters)


def narrow(route: Properties, _: Parameters) -> Verdict:
    """A route to a peering names less than the world."""
    if read(route, "vpcPeeringConnectionId") is None:
        return COMPLIANT
    blocks = [route[name] for name in _DESTINATIONS if route.get(name)]
    return require(not some(blocks, is_world), f"{shown(blocks)} is routed to a peering connection")


RULE = Rule(
    id="NET-11",
    severity=Severity.LOW,
    title="No route sends everything to a peered VPC",
    rationale="A peering made for one service becomes a way into all of both networks.",
    fix="Set `cidrBlock` (`destinationCidrBlock` on a route of its own) to the subnet that is called.",
    types=(
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/route:Route",
    ),
    controls=controls(NETWORK_BOUNDARY, cis=("5.6",)),
    link="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html",
    checks=(routes,),
)
