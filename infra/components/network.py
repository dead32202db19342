"""The network: a VPC of three tiers over its zones, and the ways out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from infra.shared.choices import NatMode
from infra.shared.cidr import PlannedSubnet, Tier, plan_subnets

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """The range, the zones and the way out."""

    cidr: IPv4Network
    availability_zones: Sequence[str]
    nat: NatMode


class Network(pulumi.ComponentResource):
    """A VPC whose data tier has no route to the internet."""

    vpc_id: pulumi.Output[str]
    subnet_ids: Mapping[Tier, Sequence[pulumi.Output[str]]]
    """Subnets of each tier in the order of the zones."""
    cidrs: Mapping[Tier, Sequence[str]]
    """Ranges of each tier in the order of the zones, for policies inside the cluster."""
    route_table_ids: Sequence[pulumi.Output[str]]
    """Tables of the private and data tiers: those that gateway endpoints serve."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:network:Network", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=str(args.cidr),
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": name},
            opts=self._child,
        )
        aws.ec2.DefaultSecurityGroup(f"{name}-closed", vpc_id=self._vpc.id, opts=self._child)
        plan = plan_subnets(args.cidr, args.availability_zones)
        subnets = {planned: self._subnet(planned) for planned in plan}
        tables = self._route(subnets, args.nat)
        self.vpc_id = self._vpc.id
        self.subnet_ids = {
            tier: [subnet.id for planned, subnet in subnets.items() if planned.tier is tier] for tier in Tier
        }
        self.cidrs = {tier: [str(planned.cidr) for planned in plan if planned.tier is tier] for tier in Tier}
        self.route_table_ids = [table.id for table in tables]
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "subnet_ids": {tier.value: ids for tier, ids in self.subnet_ids.items()},
                "cidrs": {tier.value: cidrs for tier, cidrs in self.cidrs.items()},
                "route_table_ids": self.route_table_ids,
            }
        )

    def _subnet(self, planned: PlannedSubnet) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._name}-{planned.tier}-{planned.zone_suffix}",
            vpc_id=self._vpc.id,
            availability_zone=planned.availability_zone,
            cidr_block=str(planned.cidr),
            map_public_ip_on_launch=False,
            tags={"Name": f"{self._name}-{planned.tier}-{planned.zone_suffix}", "Tier": planned.tier.value},
            opts=self._child,
        )

    def _route(self, subnets: Mapping[PlannedSubnet, aws.ec2.Subnet], nat: NatMode) -> list[aws.ec2.RouteTable]:
        """Make the tables of all tiers; return those of the private and data tiers."""
        gateway = aws.ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=self._vpc.id, tags={"Name": self._name}, opts=self._child
        )
        public = self._table("public")
        internet_route = aws.ec2.Route(
            f"{self._name}-public-internet",
            route_table_id=public.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        data = self._table("data")
        nat_gateways = self._nat_gateways(subnets, nat, internet_route)
        private_tables: dict[str, aws.ec2.RouteTable] = {}
        for planned, subnet in subnets.items():
            table = {Tier.PUBLIC: public, Tier.DATA: data}.get(planned.tier)
            if table is None:
                table = private_tables[planned.zone_suffix] = self._private_table(planned.zone_suffix, nat_gateways)
            aws.ec2.RouteTableAssociation(
                f"{self._name}-{planned.tier}-{planned.zone_suffix}",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child,
            )
        return [*private_tables.values(), data]

    def _table(self, label: str) -> aws.ec2.RouteTable:
        name = f"{self._name}-{label}"
        return aws.ec2.RouteTable(name, vpc_id=self._vpc.id, tags={"Name": name}, opts=self._child)

    def _private_table(self, zone_suffix: str, nat_gateways: Mapping[str, aws.ec2.NatGateway]) -> aws.ec2.RouteTable:
        table = self._table(f"private-{zone_suffix}")
        if nat_gateways:
            aws.ec2.Route(
                f"{self._name}-private-{zone_suffix}-nat",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat_gateways.get(zone_suffix, next(iter(nat_gateways.values()))).id,
                opts=self._child,
            )
        return table

    def _nat_gateways(
        self, subnets: Mapping[PlannedSubnet, aws.ec2.Subnet], nat: NatMode, internet_route: aws.ec2.Route
    ) -> dict[str, aws.ec2.NatGateway]:
        """NAT gateways by the suffix of their zone; a zone without its own uses the first."""
        after_route = pulumi.ResourceOptions(parent=self, depends_on=[internet_route])
        public = {planned.zone_suffix: subnet for planned, subnet in subnets.items() if planned.tier is Tier.PUBLIC}
        match nat:
            case NatMode.NONE:
                return {}
            case NatMode.REGIONAL:
                gateway = aws.ec2.NatGateway(
                    f"{self._name}-nat", availability_mode="regional", vpc_id=self._vpc.id, opts=after_route
                )
                return {"": gateway}
            case NatMode.SINGLE:
                zones = list(public)[:1]
            case NatMode.PER_ZONE:
                zones = list(public)
        return {zone: self._nat_gateway(zone, public[zone], after_route) for zone in zones}

    def _nat_gateway(
        self, zone_suffix: str, subnet: aws.ec2.Subnet, opts: pulumi.ResourceOptions
    ) -> aws.ec2.NatGateway:
        name = f"{self._name}-nat-{zone_suffix}"
        address = aws.ec2.Eip(name, domain="vpc", tags={"Name": name}, opts=opts)
        return aws.ec2.NatGateway(name, allocation_id=address.id, subnet_id=subnet.id, tags={"Name": name}, opts=opts)
