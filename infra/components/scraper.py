"""Managed Prometheus' own scraper: it reads metrics out of the cluster, and nothing of it runs there."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.ports import Port
from infra.shared.scrape_config import scrape_config
from infra.shared.security_groups import Way, open_to_cluster

_TARGETS = {
    "api-server": Port.HTTPS,
    "service": Port.ORDER_SERVICE,
    "gateway": Port.GATEWAY_METRICS,
}


@dataclass(frozen=True, kw_only=True)
class ScraperArgs:
    """Whom it reads, how often, and from where."""

    cluster_arn: pulumi.Input[str]
    """The cluster takes access entries and has a private endpoint: AWS makes the scraper's entry by itself."""
    cluster_security_group_id: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """The cluster's own, in two zones at least."""
    workspace_arn: pulumi.Input[str]
    interval_seconds: int
    service_namespace: str
    gateway_namespace: str


class Scraper(pulumi.ComponentResource):
    """The scraper and the few ways its network interfaces have into the cluster."""

    def __init__(self, name: str, args: ScraperArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Scraper", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name, description="Metrics scraper", vpc_id=args.vpc_id, tags={"Name": name}, opts=self._child
        )
        ways = [
            rule
            for target, port in _TARGETS.items()
            for rule in open_to_cluster(
                Way(name=name, source="metrics scraper", target=target, port=port),
                group.id,
                args.cluster_security_group_id,
                self._child,
            )
        ]
        aws.amp.Scraper(
            name,
            alias=name,
            source={
                "eks": {
                    "cluster_arn": args.cluster_arn,
                    "subnet_ids": list(args.subnet_ids),
                    "security_group_ids": [group.id],
                }
            },
            destination={"amp": {"workspace_arn": args.workspace_arn}},
            scrape_configuration=scrape_config(
                interval_seconds=args.interval_seconds,
                service_namespace=args.service_namespace,
                gateway_namespace=args.gateway_namespace,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=ways),
        )
        self.register_outputs({})
