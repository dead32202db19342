"""The order service: the platform's only tenant, told everything it needs from the platform's own outputs."""

from infra import versions
from infra.components.cluster import Cluster
from infra.components.collector import NAMESPACE as TELEMETRY_NAMESPACE
from infra.components.database import DATABASE_NAME
from infra.components.identity import RESOURCE_SERVER
from infra.components.ingress import NAMESPACE as INGRESS_NAMESPACE
from infra.components.workload import (
    CacheConnection,
    Connections,
    DatabaseConnection,
    IdentityConnection,
    LakeConnection,
    LettersConnection,
    Prometheus,
    Scale,
    ServiceObjectivesArgs,
    StreamConnection,
    Workload,
    WorkloadArgs,
)
from infra.context import Context
from infra.layers.cluster_network import dns_cidrs
from infra.layers.data import DATABASE_USER, DEAD_LETTER_TOPIC, ORDER_EVENTS_TOPIC, RETRY_TOPICS, Data
from infra.layers.delivery import DeliveryLayer
from infra.layers.edge import Edge
from infra.layers.foundation import Foundation
from infra.layers.platform import Platform
from infra.settings import WorkloadSettings
from infra.shared.alarms import RUNBOOK
from infra.shared.certificate_authority import database_root
from infra.shared.cidr import Tier
from infra.shared.key_policy import KeyDomain
from infra.shared.quantities import Resources

_DATABASE_MIGRATOR = "orders_migrator"


def build_service(
    context: Context,
    foundation: Foundation,
    delivery: DeliveryLayer,
    cluster: Cluster,
    data: Data,
    edge: Edge,
    platform: Platform,
    image_digest: str,
) -> None:
    """The workload of one image."""
    settings = context.settings.workload
    Workload(
        "orders",
        WorkloadArgs(
            account=context.account,
            environment=context.settings.environment,
            repository_url=delivery.registry.repository_url,
            image_digest=image_digest,
            log_level=settings.log_level,
            requests_per_minute=settings.requests_per_minute,
            traces_sampled_percent=context.settings.telemetry.traces_sampled_percent,
            kubernetes_version=versions.EKS,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            connections=_connections(context, foundation, data, edge, platform),
            scale=_scale(settings),
            release=context.settings.release,
            prometheus=Prometheus(address=foundation.observability.query_url, region=context.account.region),
            objectives=ServiceObjectivesArgs(
                objectives=context.settings.objectives,
                workspace_id=foundation.observability.workspace_id,
                runbook_url=f"https://github.com/{context.settings.delivery.repository}/blob/main/{RUNBOOK}",
            ),
            pause_before_stop_seconds=settings.pause_before_stop_seconds,
            grace_seconds=settings.grace_seconds,
            request_timeout_seconds=settings.request_timeout_seconds,
            gateway=platform.ingress.gateway,
            hosts=context.settings.domain.gateway_hosts,
            ingress_namespace=INGRESS_NAMESPACE,
            telemetry_namespace=TELEMETRY_NAMESPACE,
            data_cidrs=foundation.network.cidrs[Tier.DATA],
            scraper_cidrs=foundation.network.cidrs[Tier.PRIVATE],
            dns_cidrs=dns_cidrs(context),
        ),
        platform.in_cluster,
    )


def _connections(context: Context, foundation: Foundation, data: Data, edge: Edge, platform: Platform) -> Connections:
    settings = context.settings.workload
    return Connections(
        database=DatabaseConnection(
            host=data.database.host,
            port=data.database.port,
            name=DATABASE_NAME,
            pooled_host=data.database_proxy.host if data.database_proxy else None,
            user=DATABASE_USER,
            migrator=_DATABASE_MIGRATOR,
            resource_id=data.database.resource_id,
            pooled_resource_id=data.database_proxy.resource_id if data.database_proxy else None,
            secret_arn=data.database.secret_arn,
            key_arn=foundation.keys.arns[KeyDomain.DATABASE],
            authentication=settings.database_authentication,
            tls=settings.database_tls,
            root_certificate=database_root(context.settings.region),
        ),
        cache=CacheConnection(
            host=data.cache.host,
            port=data.cache.port,
            cluster_name=data.cache.name,
            arn=data.cache.arn,
            user=data.cache.user_name,
            user_arn=data.cache.user_arn,
            authentication=settings.cache_authentication,
            tls=settings.cache_tls,
        ),
        stream=StreamConnection(
            arn=data.stream.arn,
            bootstrap_servers=data.stream.bootstrap_servers,
            security_protocol=settings.stream_security_protocol,
            order_events_topic=ORDER_EVENTS_TOPIC,
            retry_topics=RETRY_TOPICS,
            dead_letter_topic=DEAD_LETTER_TOPIC,
        ),
        identity=IdentityConnection(
            issuer=data.identity.issuer,
            jwks_url=data.identity.jwks_url,
            client_id=data.identity.client_id,
            scope_prefix=RESOURCE_SERVER,
        ),
        letters=LettersConnection(
            sender=edge.letters.sender,
            identity_arn=edge.letters.identity_arn,
            configuration_set_arn=edge.letters.configuration_set_arn,
            user_pool_id=data.identity.user_pool_id,
            user_pool_arn=data.identity.user_pool_arn,
        ),
        lake=LakeConnection(stream_name=data.lake.stream_name, stream_arn=data.lake.stream_arn) if data.lake else None,
        collector_endpoint=platform.collector.endpoint,
    )


def _scale(settings: WorkloadSettings) -> Scale:
    return Scale(
        least_replicas=settings.least_replicas,
        most_replicas=settings.most_replicas,
        target_cpu_percent=settings.target_cpu_percent,
        relay_replicas=settings.relay_replicas,
        consumer_replicas=settings.consumer_replicas,
        most_consumers=settings.most_consumers,
        events_per_consumer=settings.events_per_consumer,
        webhook_replicas=settings.webhook_replicas,
        api=Resources(cpu_millicores=settings.api_cpu_millicores, memory_mebibytes=settings.api_memory_mebibytes),
        worker=Resources(
            cpu_millicores=settings.worker_cpu_millicores, memory_mebibytes=settings.worker_memory_mebibytes
        ),
    )
