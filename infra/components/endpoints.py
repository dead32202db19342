"""VPC endpoints: AWS's own services without the way over the internet."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from infra.shared.ports import Port


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Which services get a private address, and where."""

    region: str
    vpc_id: pulumi.Input[str]
    vpc_cidr: IPv4Network
    subnet_ids: Sequence[pulumi.Input[str]]
    """Where the interface endpoints stand: the private tier."""
    route_table_ids: Sequence[pulumi.Input[str]]
    """Which tables the gateway endpoint for S3 serves."""
    interface_services: Sequence[str]
    """Service names without region, such as `ecr.api`; empty makes none and leaves these calls to the NAT."""


class Endpoints(pulumi.ComponentResource):
    """A gateway endpoint for S3 and interface endpoints for the listed services."""

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:network:Endpoints", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            opts=child,
        )
        if args.interface_services:
            self._interface_endpoints(name, args, child)
        self.register_outputs({})

    def _interface_endpoints(self, name: str, args: EndpointsArgs, child: pulumi.ResourceOptions) -> None:
        security_group = aws.ec2.SecurityGroup(
            name, description="Interface endpoints", vpc_id=args.vpc_id, tags={"Name": name}, opts=child
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-vpc",
            security_group_id=security_group.id,
            description="HTTPS from inside the VPC",
            ip_protocol="tcp",
            from_port=Port.HTTPS,
            to_port=Port.HTTPS,
            cidr_ipv4=str(args.vpc_cidr),
            opts=child,
        )
        for service in args.interface_services:
            aws.ec2.VpcEndpoint(
                f"{name}-{service.replace('.', '-')}",
                vpc_id=args.vpc_id,
                service_name=f"com.amazonaws.{args.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=list(args.subnet_ids),
                security_group_ids=[security_group.id],
                opts=child,
            )
