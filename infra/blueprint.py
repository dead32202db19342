"""The platform on one page: which layer stands on which, and what the stack tells those outside it.

internet ─ domain ─ firewall ─ load balancer ─────────────────────┐              edge
delivery roles ─ cluster ─ nodes ─ add-ons ─ gateway ─ collector ─┼─ service     platform
identity ─ database ─ cache ─ stream ─────────────────────────────┘              data
keys ─ network ─ alerts ─ log storage ─ telemetry                                foundation
trail ─ guard rails ─ spending ─ backups                                         account
dashboard over all of them                                                       overview
"""

from collections.abc import Mapping

import pulumi

from infra.context import Context, open_context
from infra.layers.account import build_account
from infra.layers.data import ORDER_EVENTS_TOPIC, build_data
from infra.layers.delivery import build_delivery, build_runner
from infra.layers.edge import build_edge
from infra.layers.foundation import build_foundation
from infra.layers.nodes import build_nodes
from infra.layers.overview import build_overview
from infra.layers.platform import build_cluster, build_platform
from infra.layers.service import build_service
from infra.settings import Settings
from infra.shared.beginning import held_back


def build(settings: Settings) -> Mapping[str, pulumi.Input[object]]:
    """Register everything that the settings ask for, or nothing; return the stack's outputs by name."""
    with held_back(settings.region) as region:
        return _build(open_context(settings, region))


def _build(context: Context) -> Mapping[str, pulumi.Input[object]]:
    settings = context.settings
    foundation = build_foundation(context)
    delivery = build_delivery(context, foundation)
    cluster = build_cluster(context, foundation, delivery)
    nodes = build_nodes(context, foundation, cluster)
    if settings.delivery.runner_connection_arn is not None:
        build_runner(context, foundation, cluster, settings.delivery.runner_connection_arn)
    data = build_data(context, foundation, cluster)
    account_panels = build_account(context, foundation, data)
    edge = build_edge(context, foundation, cluster)
    platform = build_platform(context, foundation, delivery, cluster, nodes, edge)
    build_overview(context, [*edge.panels, *data.panels, *account_panels, cluster.panel, *platform.panels])
    if settings.image_digest is not None:
        build_service(context, foundation, delivery, cluster, data, edge, platform, settings.image_digest)
    context.refuse_what_aws_would()
    context.refuse_unknown_names()
    return {
        "api_url": edge.api_url,
        "apply_role_arn": delivery.delivery.apply_role_arn,
        "cache_endpoint": pulumi.Output.format("{0}:{1}", data.cache.host, data.cache.port),
        "cluster_name": cluster.name,
        "database_endpoint": data.database.endpoint,
        "ds_record": edge.ds_record or "",
        "identity_issuer": data.identity.issuer,
        "image_digest": settings.image_digest or "",
        "jwks_url": data.identity.jwks_url,
        "load_balancer_dns_name": edge.load_balancer.dns_name,
        "name_servers": edge.domain.name_servers,
        "order_events_topic": ORDER_EVENTS_TOPIC,
        "plan_role_arn": delivery.delivery.plan_role_arn,
        "region": settings.region,
        "repository_url": delivery.registry.repository_url,
        "stream_bootstrap_servers": data.stream.bootstrap_servers,
        "user_pool_client_id": data.identity.client_id,
        "user_pool_id": data.identity.user_pool_id,
        "vpc_id": foundation.network.vpc_id,
    }
