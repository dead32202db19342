"""AWS's quotas that a stack may not fit into: what it needs, what is used already, and what is allowed.

Codes: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html, in Service Quotas under the service.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from infra import processors
from infra.plan import Planned

_GLOBAL_SERVICES_REGION = "us-east-1"
_NOT_TOLD = frozenset({"NoSuchResourceException", "501"})
"""There is no such quota; or whoever stands in for AWS does not carry the operation out."""

Need = Callable[[Sequence[Planned]], int]
Use = Callable[[Callable[[str], Any]], int]
"""Of a function that gives the client of a service."""


class Answer(StrEnum):
    """Whether the stack fits."""

    ENOUGH = "enough"
    TOO_FEW = "TOO FEW"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota. `used` is left out where each stack's own things count alone, such as the rules of a group."""

    name: str
    service: str
    code: str
    needed: Need
    used: Use | None = None
    in_every_region: bool = False
    """Whether it is the account's, kept in us-east-1."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found of one quota; `allowed` is None where AWS, or what stands in for it, names no such quota."""

    quota: Quota
    needed: int
    used: int
    allowed: float | None

    @property
    def answer(self) -> Answer:
        """Whether the stack fits."""
        if self.allowed is None:
            return Answer.UNKNOWN
        return Answer.ENOUGH if self.needed + self.used <= self.allowed else Answer.TOO_FEW

    def __str__(self) -> str:
        quota = self.quota
        there = f", {self.used} in use" if quota.used else ""
        text = f"{self.answer:8} {quota.name}: need {self.needed}{there}, "
        if self.allowed is None:
            return f"{text}the quota is not told here ({quota.service} {quota.code})"
        return f"{text}have {self.allowed:.0f} ({quota.service} {quota.code})"

    @property
    def request(self) -> str:
        """The command that asks AWS for enough."""
        region = f" --region {_GLOBAL_SERVICES_REGION}" if self.quota.in_every_region else ""
        return (
            f"aws service-quotas request-service-quota-increase --service-code {self.quota.service} "
            f"--quota-code {self.quota.code} --desired-value {self.needed + self.used}{region}"
        )


def findings(planned: Sequence[Planned], session: Any) -> Iterator[Finding]:
    """What each quota that the stack asks anything of says. Raises ClientError where AWS refuses to tell."""
    for quota in QUOTAS:
        if needed := quota.needed(planned):
            region = _GLOBAL_SERVICES_REGION if quota.in_every_region else session.region_name
            used = quota.used(session.client) if quota.used else 0
            allowed = _allowed(quota, session.client("service-quotas", region_name=region))
            yield Finding(quota=quota, needed=needed, used=used, allowed=allowed)


def _allowed(quota: Quota, client: Any) -> float | None:
    """What this account has, or what AWS gives everybody where nobody asked for more."""
    for ask in (client.get_service_quota, client.get_aws_default_service_quota):
        try:
            return ask(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]["Value"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_TOLD:
                raise
    return None


def _all(*types: str) -> Need:
    return lambda planned: sum(each.type in types for each in planned)


def _most_of_one(type_: str, input_: str, of: str = "") -> Need:
    """How many of a type one resource has at most: `input_` says whose they are."""

    def count(planned: Sequence[Planned]) -> int:
        owners = Counter(
            urn for each in planned if each.type == type_ for urn in each.sources.get(input_, ()) if of in urn
        )
        return max(owners.values(), default=0)

    return count


def _listed(service: str, operation: str, member: str) -> Use:
    def count(client_of: Callable[[str], Any]) -> int:
        client = client_of(service)
        if client.can_paginate(operation):
            return sum(len(page[member]) for page in client.get_paginator(operation).paginate())
        return len(getattr(client, operation)()[member])

    return count


def _brokers(planned: Sequence[Planned]) -> int:
    return sum(int(each.inputs["numberOfBrokerNodes"]) for each in planned if each.type == "aws:msk/cluster:Cluster")


def _brokers_in_use(client_of: Callable[[str], Any]) -> int:
    pages = client_of("kafka").get_paginator("list_clusters_v2").paginate()
    clusters: Iterator[Mapping[str, Any]] = (cluster for page in pages for cluster in page["ClusterInfoList"])
    return sum(cluster.get("Provisioned", {}).get("NumberOfBrokerNodes", 0) for cluster in clusters)


def _interface_endpoints(planned: Sequence[Planned]) -> int:
    endpoints = [each for each in planned if each.type == "aws:ec2/vpcEndpoint:VpcEndpoint"]
    return sum(each.inputs.get("vpcEndpointType") == "Interface" for each in endpoints)


def _gateways_of_a_zone(planned: Sequence[Planned]) -> int:
    return min(_all("aws:ec2/natGateway:NatGateway")(planned), 1)


def _gateways_in_use(client_of: Callable[[str], Any]) -> int:
    """Of the zone that has most."""
    ec2 = client_of("ec2")
    subnets = {
        subnet["SubnetId"]: subnet["AvailabilityZone"]
        for page in ec2.get_paginator("describe_subnets").paginate()
        for subnet in page["Subnets"]
    }
    gateways = [
        gateway
        for page in ec2.get_paginator("describe_nat_gateways").paginate()
        for gateway in page["NatGateways"]
        if gateway["State"] not in ("deleted", "failed")
    ]
    return max(Counter(subnets.get(each.get("SubnetId", "")) for each in gateways).values(), default=0)


QUOTAS = (
    Quota(
        name="VPCs in the region",
        service="vpc",
        code="L-F678F1CE",
        needed=_all("aws:ec2/vpc:Vpc"),
        used=_listed("ec2", "describe_vpcs", "Vpcs"),
    ),
    Quota(
        name="Internet gateways in the region",
        service="vpc",
        code="L-A4707A72",
        needed=_all("aws:ec2/internetGateway:InternetGateway"),
        used=_listed("ec2", "describe_internet_gateways", "InternetGateways"),
    ),
    Quota(
        name="NAT gateways in one zone",
        service="vpc",
        code="L-FE5A380F",
        needed=_gateways_of_a_zone,
        used=_gateways_in_use,
    ),
    Quota(
        name="Elastic IP addresses in the region",
        service="ec2",
        code="L-0263D0A3",
        needed=_all("aws:ec2/eip:Eip"),
        used=_listed("ec2", "describe_addresses", "Addresses"),
    ),
    Quota(
        name="Processors of on-demand standard instances",
        service="ec2",
        code="L-1216C47A",
        needed=processors.on_demand,
        used=processors.on_demand_in_use,
    ),
    Quota(
        name="Processors of standard Spot instances",
        service="ec2",
        code="L-34B43A08",
        needed=processors.spot,
        used=processors.spot_in_use,
    ),
    Quota(name="Subnets of the VPC", service="vpc", code="L-407747CB", needed=_all("aws:ec2/subnet:Subnet")),
    Quota(name="Interface endpoints of the VPC", service="vpc", code="L-29B6F2EB", needed=_interface_endpoints),
    Quota(
        name="Security groups in the region",
        service="vpc",
        code="L-E79EC296",
        needed=_all("aws:ec2/securityGroup:SecurityGroup"),
        used=_listed("ec2", "describe_security_groups", "SecurityGroups"),
    ),
    Quota(
        name="Rules into one security group",
        service="vpc",
        code="L-0EA8095F",
        needed=_most_of_one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "securityGroupId"),
    ),
    Quota(
        name="Application load balancers in the region",
        service="elasticloadbalancing",
        code="L-53DA6B97",
        needed=_all("aws:lb/loadBalancer:LoadBalancer"),
        used=_listed("elbv2", "describe_load_balancers", "LoadBalancers"),
    ),
    Quota(
        name="EKS clusters in the region",
        service="eks",
        code="L-1194D53C",
        needed=_all("aws:eks/cluster:Cluster"),
        used=_listed("eks", "list_clusters", "clusters"),
    ),
    Quota(
        name="RDS instances in the region",
        service="rds",
        code="L-7B6409FD",
        needed=_all("aws:rds/instance:Instance"),
        used=_listed("rds", "describe_db_instances", "DBInstances"),
    ),
    Quota(
        name="Kafka brokers of the account",
        service="kafka",
        code="L-EDD31C36",
        needed=_brokers,
        used=_brokers_in_use,
    ),
    Quota(
        name="Buckets of the account",
        service="s3",
        code="L-DC2B2D3D",
        needed=_all("aws:s3/bucket:Bucket"),
        used=_listed("s3", "list_buckets", "Buckets"),
    ),
    Quota(
        name="IAM roles of the account",
        service="iam",
        code="L-FE177D64",
        needed=_all("aws:iam/role:Role"),
        used=_listed("iam", "list_roles", "Roles"),
        in_every_region=True,
    ),
    Quota(
        name="Managed policies of one role",
        service="iam",
        code="L-0DA4ABF3",
        needed=_most_of_one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", "aws:iam/role:Role"),
        in_every_region=True,
    ),
    Quota(
        name="OpenID Connect providers of the account",
        service="iam",
        code="L-858F3967",
        needed=_all("aws:iam/openIdConnectProvider:OpenIdConnectProvider"),
        used=_listed("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList"),
        in_every_region=True,
    ),
)
"""Those that an account's first days, or a second stack, run into."""
