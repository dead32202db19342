"""Following the network through the graph: who may connect to a security group, and where a subnet's routes lead."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.graph import Graph, Node
from policies.tokens import INGRESS_RULE, SECURITY_GROUP_RULE, SUBNET
from policies.values import Properties, known, read, read_list

ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
_ROUTE = "aws:ec2/route:Route"
_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_INWARD = ("local", "vpce-", "vgw-")
_EGRESS = ("natGatewayId", "egressOnlyGatewayId")


@dataclass(frozen=True, kw_only=True)
class Ingress:
    """One rule that lets into a group: its properties, and the property of its owner that names the source group."""

    rule: Properties
    owner: Node
    source_path: str


def ingress_of(group: Node, graph: Graph) -> Iterator[Ingress]:
    """Every rule that lets into a group, inline or a resource of its own, of either kind."""
    for rule in read_list(group.properties, "ingress"):
        yield Ingress(rule=rule, owner=group, source_path="ingress.securityGroups")
    for found in graph.referrers(group, INGRESS_RULE, "securityGroupId"):
        yield Ingress(rule=found.properties, owner=found, source_path="referencedSecurityGroupId")
    for found in graph.referrers(group, SECURITY_GROUP_RULE, "securityGroupId"):
        if read(found.properties, "type") == "ingress":
            yield Ingress(rule=found.properties, owner=found, source_path="sourceSecurityGroupId")


def tables_of(subnet: Node, graph: Graph) -> list[Node]:
    """The route tables that a subnet is associated with; none means the VPC's main table."""
    associations = graph.referrers(subnet, _ASSOCIATION, "subnetId")
    return [table for found in associations for table in graph.references(found, "routeTableId", ROUTE_TABLE)]


def leads_to_internet(table: Node, graph: Graph) -> bool:
    """Whether a route of the table, inline or of its own, ends at an internet gateway."""
    return any(_by_internet_gateway(route, graph) for route in _routes(table, graph))


def leads_out(table: Node, graph: Graph) -> bool:
    """Whether a route of the table leaves the network at all, by an internet gateway or by address translation."""
    return any(
        _by_internet_gateway(route, graph) or any(route.properties.get(way) is not None for way in _EGRESS)
        for route in _routes(table, graph)
    )


def zones_of(subnets: list[Node]) -> set[str]:
    """The availability zones that subnets lie in; raises `UnknownValueError` where an unknown one could matter."""
    zones = [subnet.properties.get("availabilityZone") for subnet in subnets]
    found = {zone for zone in zones if isinstance(zone, str)}
    return found if len(found) > 1 else {str(known(zone, "availabilityZone")) for zone in zones}


def is_public(subnet: Node, graph: Graph) -> bool:
    """Whether a subnet's own table leads to an internet gateway."""
    return any(leads_to_internet(table, graph) for table in tables_of(subnet, graph))


def subnets_at(node: Node, graph: Graph, path: str) -> list[Node]:
    """The subnets of the stack that a property names."""
    return graph.references(node, path, SUBNET)


@dataclass(frozen=True, kw_only=True)
class _Way:
    properties: Properties
    owner: Node
    path: str


def _routes(table: Node, graph: Graph) -> Iterator[_Way]:
    for route in read_list(table.properties, "routes"):
        yield _Way(properties=known(route, "routes"), owner=table, path="routes.gatewayId")
    for route in graph.referrers(table, _ROUTE, "routeTableId"):
        yield _Way(properties=route.properties, owner=route, path="gatewayId")


def _by_internet_gateway(route: _Way, graph: Graph) -> bool:
    gateway = route.properties.get("gatewayId")
    if gateway is None or graph.references(route.owner, route.path, INTERNET_GATEWAY):
        return gateway is not None
    return not known(gateway, route.path).startswith(_INWARD)
