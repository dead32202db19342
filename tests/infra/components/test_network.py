from ipaddress import IPv4Network

import pytest

from infra.components.network import Network, NetworkArgs
from infra.shared.choices import NatMode
from infra.shared.cidr import Tier
from tests.infra.recorder import Graph, Registered, record_component

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
ANYWHERE = "0.0.0.0/0"


def network(nat: NatMode = NatMode.PER_ZONE, zones: tuple[str, ...] = ZONES) -> Graph:
    args = NetworkArgs(cidr=IPv4Network("10.40.0.0/16"), availability_zones=zones, nat=nat)
    return record_component(lambda opts: Network("network", args, opts))


def table_of(graph: Graph, tier: Tier, zone: str) -> Registered:
    association = graph.one("aws:ec2/routeTableAssociation:RouteTableAssociation", f"network-{tier}-{zone}")
    return next(
        table
        for table in graph.of_type("aws:ec2/routeTable:RouteTable")
        if association.inputs["routeTableId"] == f"{table.name}-id"
    )


def routes_of(graph: Graph, table: Registered) -> list[Registered]:
    routes = graph.of_type("aws:ec2/route:Route")
    return [route for route in routes if route.inputs["routeTableId"] == f"{table.name}-id"]


def test_every_tier_has_a_subnet_in_every_zone_and_none_gives_public_addresses() -> None:
    subnets = network().of_type("aws:ec2/subnet:Subnet")
    assert {(each.inputs["tags"]["Tier"], each.inputs["availabilityZone"]) for each in subnets} == {
        (tier.value, zone) for tier in Tier for zone in ZONES
    }
    assert not any(each.inputs["mapPublicIpOnLaunch"] for each in subnets)


@pytest.mark.parametrize("nat", NatMode)
def test_the_data_tier_has_no_route_to_the_internet(nat: NatMode) -> None:
    graph = network(nat)
    for zone in "abc":
        assert routes_of(graph, table_of(graph, Tier.DATA, zone)) == []


@pytest.mark.parametrize("nat", NatMode)
def test_the_public_tier_goes_through_the_internet_gateway(nat: NatMode) -> None:
    graph = network(nat)
    for zone in "abc":
        (route,) = routes_of(graph, table_of(graph, Tier.PUBLIC, zone))
        assert route.inputs["gatewayId"] == "network-internet-id"
        assert route.inputs["destinationCidrBlock"] == ANYWHERE


@pytest.mark.parametrize(
    ("nat", "gateways"),
    [
        (NatMode.NONE, {}),
        (NatMode.SINGLE, {"a": "network-nat-a-id", "b": "network-nat-a-id", "c": "network-nat-a-id"}),
        (NatMode.PER_ZONE, {"a": "network-nat-a-id", "b": "network-nat-b-id", "c": "network-nat-c-id"}),
        (NatMode.REGIONAL, {"a": "network-nat-id", "b": "network-nat-id", "c": "network-nat-id"}),
    ],
)
def test_the_private_tier_goes_through_the_nat_that_is_asked_for(nat: NatMode, gateways: dict[str, str]) -> None:
    graph = network(nat)
    found = {
        zone: route.inputs["natGatewayId"]
        for zone in "abc"
        for route in routes_of(graph, table_of(graph, Tier.PRIVATE, zone))
    }
    assert found == gateways
    assert len(graph.of_type("aws:ec2/natGateway:NatGateway")) == len(set(gateways.values()))


def test_nat_gateways_stand_in_the_public_tier_once_it_reaches_the_internet() -> None:
    graph = network(NatMode.SINGLE)
    gateway = graph.one("aws:ec2/natGateway:NatGateway")
    assert gateway.inputs["subnetId"] == "network-public-a-id"
    assert graph.stands_on(gateway, graph.one("aws:ec2/route:Route", "network-public-internet"))


def test_a_regional_nat_gateway_has_no_subnet_and_no_address_of_ours() -> None:
    graph = network(NatMode.REGIONAL)
    gateway = graph.one("aws:ec2/natGateway:NatGateway")
    assert gateway.inputs == {"availabilityMode": "regional", "vpcId": "network-vpc-id"}
    assert graph.of_type("aws:ec2/eip:Eip") == []


def test_the_default_security_group_is_closed() -> None:
    assert network().one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs == {"vpcId": "network-vpc-id"}


def test_what_crosses_to_others_is_in_the_order_of_the_zones() -> None:
    graph = network(zones=ZONES[:2])
    outputs = graph.outputs_of["urn:pulumi:test::fortress::pulumi:pulumi:Stack$fortress:network:Network::network"]
    assert outputs["subnet_ids"]["data"] == ["network-data-a-id", "network-data-b-id"]
    assert outputs["cidrs"]["data"] == ["10.40.160.0/21", "10.40.168.0/21"]
    assert outputs["route_table_ids"] == ["network-private-a-id", "network-private-b-id", "network-data-id"]
