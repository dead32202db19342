"""What everything else stands on: network, keys, and the places that alarms and logs go to."""

from dataclasses import dataclass

import pulumi

from infra.components.alerts import Alerts, AlertsArgs
from infra.components.boundary import Boundary, BoundaryArgs
from infra.components.endpoints import Endpoints, EndpointsArgs
from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from infra.components.keys import Keys, KeysArgs
from infra.components.log_storage import LogStorage, LogStorageArgs
from infra.components.network import Network, NetworkArgs
from infra.components.observability import Observability, ObservabilityArgs
from infra.context import Context
from infra.settings import Settings
from infra.shared.cidr import Tier
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The components of this layer that others refer to."""

    boundary: Boundary
    keys: Keys
    network: Network
    alerts: Alerts
    log_storage: LogStorage
    observability: Observability


def build_foundation(context: Context) -> Foundation:
    """What every role stays within; keys, since nothing is stored unencrypted; the network; where telemetry goes."""
    settings = context.settings
    boundary = Boundary(
        "boundary",
        BoundaryArgs(account=context.account, policy_name=context.name("boundary", limit=NameLimit.IAM_POLICY)),
        context.on_aws,
    )
    pulumi.runtime.register_stack_transformation(boundary.bound)
    keys = Keys(
        "keys",
        KeysArgs(
            account=context.account,
            deletion_window_days=settings.key_deletion_window_days,
            domains=_key_domains(settings),
        ),
        context.on_aws,
    )
    alerts = Alerts(
        "alerts",
        AlertsArgs(
            account=context.account,
            key_arn=keys.arns[KeyDomain.ALERTS],
            email_addresses=settings.alerts.email_addresses,
        ),
        context.on_aws,
    )
    log_storage = LogStorage(
        "logs",
        LogStorageArgs(
            account=context.account,
            retention_days=settings.load_balancer.log_retention_days,
            force_destroy=settings.load_balancer.force_destroy_logs,
        ),
        context.on_aws,
    )
    observability = Observability(
        "telemetry",
        ObservabilityArgs(
            region=settings.region,
            key_arn=keys.arns[KeyDomain.TELEMETRY],
            log_group_name=f"/fortress/{settings.environment}/orders",
            log_retention_days=settings.telemetry.log_retention_days,
            alarm_topic_arn=alerts.topic_arn,
        ),
        context.on_aws,
    )
    return Foundation(
        boundary=boundary,
        keys=keys,
        network=_network(context, keys),
        alerts=alerts,
        log_storage=log_storage,
        observability=observability,
    )


def _key_domains(settings: Settings) -> list[KeyDomain]:
    optional = {
        KeyDomain.AUDIT: settings.guard_rails.enabled,
        KeyDomain.BACKUPS: settings.backups.enabled,
        KeyDomain.LAKE: settings.lake.enabled,
        KeyDomain.NODES: settings.cluster.managed_nodes is not None,
    }
    return [domain for domain in KeyDomain if optional.get(domain, True)]


def _network(context: Context, keys: Keys) -> Network:
    settings = context.settings.network
    network = Network(
        "network",
        NetworkArgs(cidr=settings.cidr, availability_zones=settings.availability_zones, nat=settings.nat),
        context.on_aws,
    )
    Endpoints(
        "endpoints",
        EndpointsArgs(
            account=context.account,
            vpc_id=network.vpc_id,
            vpc_cidr=settings.cidr,
            subnet_ids=network.subnet_ids[Tier.PRIVATE],
            route_table_ids=network.route_table_ids,
            interface_services=settings.interface_endpoints,
        ),
        context.on_aws,
    )
    FlowLogs(
        "flow-logs",
        FlowLogsArgs(
            account_id=context.account.account_id,
            vpc_id=network.vpc_id,
            key_arn=keys.arns[KeyDomain.TELEMETRY],
            retention_days=settings.flow_log_retention_days,
        ),
        context.on_aws,
    )
    return network
