"""The way in: the name, the load balancer and the firewall before it."""

from dataclasses import dataclass

import pulumi

from infra.components.alerts import Alerts, AlertsArgs
from infra.components.cluster import Cluster
from infra.components.domain import Domain, DomainArgs
from infra.components.firewall import Firewall, FirewallArgs
from infra.components.keys import Keys, KeysArgs
from infra.components.letters import Letters, LettersArgs
from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from infra.components.query_log import QueryLog, QueryLogArgs
from infra.components.zone_signing import ZoneSigning, ZoneSigningArgs
from infra.context import Context
from infra.layers.foundation import Foundation
from infra.shared.choices import ApiAddress
from infra.shared.cidr import Tier
from infra.shared.dashboard import Panel
from infra.shared.key_policy import KeyDomain
from infra.shared.urls import service_url


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The components of this layer that others refer to, and where the API is found."""

    domain: Domain
    load_balancer: LoadBalancer
    firewall: Firewall
    letters: Letters
    api_url: pulumi.Output[str]
    signing: ZoneSigning | None
    """Left out where the zone is not signed."""

    @property
    def panels(self) -> list[Panel]:
        """What the way in shows."""
        shown = (self.load_balancer, self.firewall, self.signing)
        return [component.panel for component in shown if component is not None]

    @property
    def ds_record(self) -> pulumi.Output[str] | None:
        """What the parent zone has to hold so that the zone's signatures count; None where it is not signed."""
        return self.signing.ds_record if self.signing else None


def build_edge(context: Context, foundation: Foundation, cluster: Cluster) -> Edge:
    """The zone with its certificate and its letters, the load balancer in the public tier, the firewall over it."""
    settings = context.settings
    domain = Domain(
        "domain",
        DomainArgs(
            zone_name=settings.domain.zone_name,
            api_name=settings.domain.api_name,
            delegated=settings.domain.delegated,
            protect=settings.domain.protect,
        ),
        context.on_aws,
    )
    signing = _signing(context, foundation, domain) if settings.domain.signed else None
    if settings.domain.query_log_retention_days is not None:
        _query_log(context, domain, settings.domain.query_log_retention_days)
    load_balancer = _load_balancer(context, foundation, cluster, domain)
    firewall = Firewall(
        "firewall",
        FirewallArgs(
            region=settings.region,
            mode=settings.firewall.mode,
            requests_per_five_minutes=settings.firewall.requests_per_five_minutes,
            load_balancer_arn=load_balancer.arn,
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_group_name=f"aws-waf-logs-fortress-{settings.environment}",
            log_retention_days=settings.firewall.log_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )
    letters = Letters(
        "letters",
        LettersArgs(
            domain_name=settings.domain.zone_name,
            zone_id=domain.zone_id,
            configuration_set_name=f"fortress-{settings.environment}",
        ),
        context.on_aws,
    )
    addresses = {
        ApiAddress.DOMAIN: pulumi.Output.from_input(settings.domain.api_name),
        ApiAddress.LOAD_BALANCER: load_balancer.dns_name,
    }
    return Edge(
        domain=domain,
        load_balancer=load_balancer,
        firewall=firewall,
        letters=letters,
        api_url=addresses[settings.domain.api_address].apply(service_url),
        signing=signing,
    )


def _virginia_topic_arn(context: Context, foundation: Foundation) -> pulumi.Output[str]:
    """Where alarms on Route 53's metrics go, which are measured in us-east-1 wherever the stack stands."""
    virginia = context.account.in_virginia
    if virginia == context.account:
        return foundation.alerts.topic_arn
    keys = Keys(
        "keys-virginia",
        KeysArgs(
            account=virginia,
            region=virginia.region,
            deletion_window_days=context.settings.key_deletion_window_days,
            domains=[KeyDomain.ALERTS],
        ),
        context.on_aws,
    )
    alerts = Alerts(
        "alerts-virginia",
        AlertsArgs(
            account=virginia,
            region=virginia.region,
            key_arn=keys.arns[KeyDomain.ALERTS],
            email_addresses=context.settings.alerts.email_addresses,
        ),
        context.on_aws,
    )
    return alerts.topic_arn


def _signing(context: Context, foundation: Foundation, domain: Domain) -> ZoneSigning:
    return ZoneSigning(
        "domain-signing",
        ZoneSigningArgs(
            account=context.account,
            zone_id=domain.zone_id,
            zone_arn=domain.zone_arn,
            signing_key_name=f"fortress_{context.settings.environment}",
            deletion_window_days=context.settings.key_deletion_window_days,
            alarm_topic_arn=_virginia_topic_arn(context, foundation),
        ),
        context.on_aws,
    )


def _query_log(context: Context, domain: Domain, retention_days: int) -> None:
    QueryLog(
        "domain-queries",
        QueryLogArgs(
            account=context.account,
            zone_name=context.settings.domain.zone_name,
            zone_id=domain.zone_id,
            zone_arn=domain.zone_arn,
            policy_name=f"fortress-{context.settings.environment}-queries",
            retention_days=retention_days,
            deletion_window_days=context.settings.key_deletion_window_days,
        ),
        context.on_aws,
    )


def _load_balancer(context: Context, foundation: Foundation, cluster: Cluster, domain: Domain) -> LoadBalancer:
    settings = context.settings.load_balancer
    return LoadBalancer(
        "load-balancer",
        LoadBalancerArgs(
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.PUBLIC],
            cluster_name=cluster.name,
            cluster_security_group_id=cluster.security_group_id,
            certificate_arn=domain.certificate_arn,
            zone_id=domain.zone_id,
            api_name=context.settings.domain.api_name,
            log_bucket_name=foundation.log_storage.bucket_name,
            alarm_topic_arn=foundation.alerts.topic_arn,
            deletion_protection=settings.deletion_protection,
            idle_timeout_seconds=settings.idle_timeout_seconds,
            deregistration_delay_seconds=settings.deregistration_delay_seconds,
        ),
        context.on_aws,
    )
