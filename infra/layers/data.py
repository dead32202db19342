"""What must not be lost, and who may ask for it: database, cache, stream, identity and lake."""

from dataclasses import dataclass

from infra import versions
from infra.components.cache import Cache, CacheArgs
from infra.components.cluster import Cluster
from infra.components.database import Database, DatabaseArgs
from infra.components.database_proxy import DatabaseProxy, DatabaseProxyArgs
from infra.components.identity import Identity, IdentityArgs
from infra.components.lake import Lake, LakeArgs
from infra.components.nights import Nights, NightsArgs
from infra.components.stream import Stream, StreamArgs, TopicArgs
from infra.context import Context
from infra.layers.foundation import Foundation
from infra.settings import NightSettings
from infra.shared.cidr import Tier
from infra.shared.dashboard import Panel
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit

DATABASE_USER = "orders"
"""The service's own user, made by the workload's first Job."""
ORDER_EVENTS_TOPIC = "order-events"
RETRY_TOPICS = tuple(f"{ORDER_EVENTS_TOPIC}-retry-{when}" for when in ("soon", "later", "late"))
"""Where deliveries wait that a consumer could not take."""
DEAD_LETTER_TOPIC = f"{ORDER_EVENTS_TOPIC}-dead"
_DEAD_LETTERS_KEPT_HOURS = 14 * 24


@dataclass(frozen=True, kw_only=True)
class Data:
    """The components of this layer."""

    database: Database
    database_proxy: DatabaseProxy | None
    cache: Cache
    stream: Stream
    identity: Identity
    lake: Lake | None

    @property
    def panels(self) -> list[Panel]:
        """What the stores show."""
        shown = (self.database, self.database_proxy, self.cache, self.stream, self.lake)
        return [component.panel for component in shown if component is not None]


def lake_database_name(context: Context) -> str:
    """Also for who has to name it before the lake is there. Queries need no quotes around it."""
    return context.name(limit=NameLimit.GLUE_DATABASE).replace("-", "_")


def build_data(context: Context, foundation: Foundation, cluster: Cluster) -> Data:
    """Each store in the data tier, under its own key, open to the cluster's security group only."""
    database = _database(context, foundation, cluster)
    if context.settings.savings.night is not None:
        _nights(context, database, context.settings.savings.night)
    return Data(
        database=database,
        database_proxy=_database_proxy(context, foundation, cluster, database),
        cache=_cache(context, foundation, cluster),
        stream=_stream(context, foundation, cluster),
        identity=_identity(context),
        lake=_lake(context, foundation) if context.settings.lake.enabled else None,
    )


def _database(context: Context, foundation: Foundation, cluster: Cluster) -> Database:
    settings, night = context.settings.database, context.settings.savings.night
    return Database(
        "database",
        DatabaseArgs(
            account=context.account,
            identifier=context.name(limit=NameLimit.RDS_INSTANCE),
            engine_version=versions.POSTGRESQL,
            parameter_family=versions.postgresql_family(),
            instance_class=settings.instance_class,
            storage_gib=settings.storage_gib,
            largest_storage_gib=settings.largest_storage_gib,
            storage_iops=settings.storage_iops,
            storage_mebibytes_per_second=settings.storage_mebibytes_per_second,
            multi_az=settings.multi_az,
            backup_retention_days=settings.backup_retention_days,
            performance_insights=settings.performance_insights,
            deletion_protection=settings.deletion_protection,
            password_rotation_days=settings.password_rotation_days,
            apply_immediately=settings.apply_immediately,
            backup_window=night.backup_window if night else None,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.DATA],
            client_security_group_id=cluster.security_group_id,
            key_arn=foundation.keys.arns[KeyDomain.DATABASE],
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )


def _nights(context: Context, database: Database, night: NightSettings) -> None:
    Nights(
        "nights",
        NightsArgs(
            account=context.account,
            group_name=context.name("nights", limit=NameLimit.SCHEDULE_GROUP),
            database_identifier=database.identifier,
            database_arn=database.arn,
            stops_at=night.database_stops_at,
            starts_at=night.database_starts_at,
            time_zone=night.time_zone,
        ),
        context.on_aws,
    )


def _database_proxy(
    context: Context, foundation: Foundation, cluster: Cluster, database: Database
) -> DatabaseProxy | None:
    if not context.settings.database.proxy:
        return None
    return DatabaseProxy(
        "database-proxy",
        DatabaseProxyArgs(
            account=context.account,
            database_identifier=database.identifier,
            database_resource_id=database.resource_id,
            database_security_group_id=database.security_group_id,
            database_user=DATABASE_USER,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.DATA],
            client_security_group_id=cluster.security_group_id,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )


def _cache(context: Context, foundation: Foundation, cluster: Cluster) -> Cache:
    settings = context.settings.cache
    return Cache(
        "cache",
        CacheArgs(
            engine_version=versions.VALKEY,
            parameter_family=versions.valkey_family(),
            node_type=settings.node_type,
            node_count=settings.node_count,
            multi_az=settings.multi_az,
            snapshot_retention_days=settings.snapshot_retention_days,
            apply_immediately=settings.apply_immediately,
            user_name=context.name("orders", limit=NameLimit.ELASTICACHE_USER),
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.DATA],
            client_security_group_id=cluster.security_group_id,
            key_arn=foundation.keys.arns[KeyDomain.CACHE],
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )


def _stream(context: Context, foundation: Foundation, cluster: Cluster) -> Stream:
    settings = context.settings.stream
    retention_hours = dict.fromkeys((ORDER_EVENTS_TOPIC, *RETRY_TOPICS), settings.order_events_retention_hours)
    topics = [
        TopicArgs(
            name=name,
            partition_count=settings.order_events_partitions,
            replication_factor=settings.replication_factor,
            minimum_in_sync_replicas=settings.minimum_in_sync_replicas,
            retention_hours=hours,
        )
        for name, hours in {**retention_hours, DEAD_LETTER_TOPIC: _DEAD_LETTERS_KEPT_HOURS}.items()
    ]
    return Stream(
        "stream",
        StreamArgs(
            cluster_name=context.name(limit=NameLimit.MSK_CLUSTER),
            kafka_version=versions.KAFKA,
            instance_type=settings.instance_type,
            broker_count=settings.brokers_per_zone * len(context.settings.network.availability_zones),
            volume_gib=settings.volume_gib,
            replication_factor=settings.replication_factor,
            minimum_in_sync_replicas=settings.minimum_in_sync_replicas,
            topics=topics,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.DATA],
            client_security_group_id=cluster.security_group_id,
            key_arn=foundation.keys.arns[KeyDomain.STREAM],
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
            protect=settings.protect,
        ),
        context.on_aws,
    )


def _identity(context: Context) -> Identity:
    settings = context.settings.identity
    return Identity(
        "identity",
        IdentityArgs(
            region=context.account.region,
            domain_prefix=context.name(context.account.account_id, limit=NameLimit.COGNITO_DOMAIN),
            callback_urls=settings.callback_urls,
            logout_urls=settings.logout_urls,
            sign_in_flows=settings.sign_in_flows,
            mfa=settings.mfa,
            access_token_minutes=settings.access_token_minutes,
            refresh_token_days=settings.refresh_token_days,
            deletion_protection=settings.deletion_protection,
        ),
        context.on_aws,
    )


def _lake(context: Context, foundation: Foundation) -> Lake:
    settings = context.settings.lake
    return Lake(
        "lake",
        LakeArgs(
            account=context.account,
            stream_name=context.name(ORDER_EVENTS_TOPIC, limit=NameLimit.FIREHOSE_STREAM),
            database_name=lake_database_name(context),
            workgroup_name=context.name(limit=NameLimit.ATHENA_WORKGROUP),
            buffer_seconds=settings.buffer_seconds,
            retention_days=settings.retention_days,
            query_limit_mebibytes=settings.query_limit_mebibytes,
            key_arn=foundation.keys.arns[KeyDomain.LAKE],
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            access_log_bucket_name=foundation.log_storage.bucket_name,
            force_destroy=settings.force_destroy,
            reader_role=settings.reader_role,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )
