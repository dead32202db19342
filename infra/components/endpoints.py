"""VPC endpoints: AWS's own services without the way over the internet."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Principals, Statement, account_perimeter, policy_document
from infra.shared.ports import Port

_OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
)


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Which services get a private address, and where."""

    account: Account
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
            service_name=f"com.amazonaws.{args.account.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids),
            policy=_storage_policy(args),
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
                service_name=f"com.amazonaws.{args.account.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                policy=account_perimeter(args.account.account_id),
                subnet_ids=list(args.subnet_ids),
                security_group_ids=[security_group.id],
                opts=child,
            )


def _storage_policy(args: EndpointsArgs) -> pulumi.Output[str]:
    """This account's identities reach its own buckets; everyone reads the bucket that ECR keeps image layers in."""
    layers = f"arn:{args.account.partition}:s3:::prod-{args.account.region}-starport-layer-bucket/*"
    anyone = Principals(aws=["*"])
    return policy_document(
        Statement(
            sid="OwnBuckets",
            actions=_OBJECT_ACTIONS,
            resources=["*"],
            principals=anyone,
            conditions={
                "StringEquals": {
                    "aws:PrincipalAccount": args.account.account_id,
                    "aws:ResourceAccount": args.account.account_id,
                }
            },
        ),
        Statement(
            sid="ImageLayers",
            actions=["s3:GetObject"],
            resources=[layers],
            principals=anyone,
            conditions={"StringEquals": {"aws:SourceVpc": args.vpc_id}},
        ),
    )
