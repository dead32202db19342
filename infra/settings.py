"""The shape of a stack's configuration: one section a capability, the key as written in `Pulumi.<stack>.yaml`."""

from dataclasses import field
from ipaddress import IPv4Network
from typing import Annotated

from annotated_types import Interval, Len
from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from infra.shared.choices import (
    AmiType,
    ApiAddress,
    CacheAuthentication,
    CapacityType,
    DatabaseAuthentication,
    DatabaseTls,
    FirewallMode,
    LogLevel,
    MultiFactor,
    NatMode,
    RetentionDays,
    StreamSecurityProtocol,
)
from infra.shared.objectives import Objectives
from infra.shared.release import Release

_STRICT = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,15}$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-gov)?-[a-z]+-\d$")]
DomainName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
RoleArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$", max_length=600)
]
AnomalyMonitorArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:ce::[0-9]{12}:anomalymonitor/[A-Za-z0-9-]{1,64}$")
]
ConnectionArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[a-f0-9-]{36}$"
    ),
]
UpstreamSecretArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache/[A-Za-z0-9/_+=.@-]+$",
        max_length=600,
    ),
]
Repository = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}$")]
RepositorySubject = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}@[0-9]{1,20}/[A-Za-z0-9._-]{1,100}@[0-9]{1,20}$")
]
BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
ImageDigest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_ .:/=+@-]+$", max_length=256)]
InstanceClass = Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$")]
NodeType = Annotated[str, StringConstraints(pattern=r"^cache\.[a-z0-9-]+\.[a-z0-9]+$")]
BrokerType = Annotated[str, StringConstraints(pattern=r"^kafka\.(m5|m7g)\.[a-z0-9]+$")]
MachineType = Annotated[str, StringConstraints(pattern=r"^[cmrt][0-9][a-z0-9-]*\.[a-z0-9]+$")]
"""Of EC2's general, compute and memory families: what only others have, such as GPUs, asks for another image too."""
AmiRelease = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+-[0-9]{8}$")]
ServiceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]
Url = Annotated[str, StringConstraints(pattern=r"^(https://\S+|http://localhost(:\d+)?(/\S*)?)$")]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,30}$")]
ResourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@([a-z0-9-]+\.)+[a-z]{2,63}$", max_length=254)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
TimeZone = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)*$", max_length=50)]
BackupWindow = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
SignInFlow = Annotated[str, StringConstraints(pattern=r"^ALLOW_[A-Z_]+_AUTH$")]
Percent = Annotated[int, Interval(ge=1, le=100)]
Replicas = Annotated[int, Interval(ge=1, le=500)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class NetworkSettings:
    """The address range, its zones and the ways out; an interface endpoint costs by the hour and zone."""

    cidr: IPv4Network
    availability_zones: Annotated[tuple[str, ...], Len(2, 3)]
    """As many as MSK takes: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html"""
    nat: NatMode
    interface_endpoints: tuple[ServiceName, ...]
    flow_log_retention_days: RetentionDays


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DomainSettings:
    """The zone, the API's name in it, whether the parent zone already delegates to it, and what guards its answers."""

    zone_name: DomainName
    api_name: DomainName
    delegated: bool
    api_address: ApiAddress
    protect: bool
    signed: bool
    """Whether Route 53 signs the zone's answers (DNSSEC)."""
    query_log_retention_days: RetentionDays | None = None
    """How long it stays known who asked for which name; left out, nobody writes it down."""

    @property
    def gateway_hosts(self) -> tuple[str, ...]:
        """The hosts that the gateway answers to: the API's own name, or any where it is reached without one."""
        return (self.api_name,) if self.api_address is ApiAddress.DOMAIN else ("*",)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class FirewallSettings:
    """Whether matches are refused, and what one address may send in five minutes."""

    mode: FirewallMode
    requests_per_five_minutes: Annotated[int, Interval(ge=10, le=2_000_000_000)]
    log_retention_days: RetentionDays


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class LoadBalancerSettings:
    """Time-outs of the load balancer and what becomes of its logs."""

    deletion_protection: bool
    idle_timeout_seconds: Annotated[int, Interval(ge=1, le=4000)]
    deregistration_delay_seconds: Annotated[int, Interval(ge=0, le=3600)]
    log_retention_days: Annotated[int, Interval(ge=1, le=3650)]
    force_destroy_logs: bool


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ManagedNodeSettings:
    """Nodes that the stack declares itself: which machines, how many of them, and how they are exchanged."""

    ami_type: AmiType
    instance_types: Annotated[tuple[MachineType, ...], Len(1, 20)]
    """All of one size, since the autoscaler counts with the first; Spot finds more among several."""
    capacity_type: CapacityType
    least_nodes: Annotated[int, Interval(ge=1, le=450)]
    first_nodes: Annotated[int, Interval(ge=1, le=450)]
    """How many there are at first; afterwards the autoscaler decides."""
    most_nodes: Annotated[int, Interval(ge=1, le=450)]
    most_unavailable_percent: Percent
    """How many of them may be away at once while they are exchanged."""
    volume_gib: Annotated[int, Interval(ge=20, le=16_384)]
    ami_release: AmiRelease | None = None
    """Which build of the image; left out, the newest at the time the group is made, and it stays on it."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ClusterSettings:
    """Who administers the cluster, from where it is reached, and how many of its controllers run."""

    administrator_role_arns: Annotated[dict[str, RoleArn], Len(1, 20)]
    public_access_cidrs: tuple[IPv4Network, ...]
    service_cidr: IPv4Network
    log_retention_days: RetentionDays
    deletion_protection: bool
    controller_replicas: Annotated[int, Interval(ge=1, le=5)]
    least_gateways: Replicas
    most_gateways: Replicas
    managed_nodes: ManagedNodeSettings | None = None
    """Left out, EKS Auto Mode makes and mends the nodes."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DatabaseSettings:
    """Size and safety of PostgreSQL."""

    instance_class: InstanceClass
    storage_gib: Annotated[int, Interval(ge=20, le=65_536)]
    largest_storage_gib: Annotated[int, Interval(ge=22, le=65_536)]
    multi_az: bool
    backup_retention_days: Annotated[int, Interval(ge=1, le=35)]
    performance_insights: bool
    deletion_protection: bool
    apply_immediately: bool
    log_retention_days: RetentionDays
    password_rotation_days: Annotated[int, Interval(ge=1, le=1000)]
    proxy: bool
    storage_iops: Annotated[int, Interval(ge=12_000, le=64_000)] | None = None
    """Operations a second of gp3; left out, what its size gives for nothing: 3,000, and 12,000 from 400 GiB on."""
    storage_mebibytes_per_second: Annotated[int, Interval(ge=500, le=4000)] | None = None
    """Throughput of gp3; left out, what its size gives for nothing: 125, and 500 from 400 GiB on."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class CacheSettings:
    """Size and safety of Valkey."""

    node_type: NodeType
    node_count: Annotated[int, Interval(ge=1, le=6)]
    multi_az: bool
    snapshot_retention_days: Annotated[int, Interval(ge=0, le=35)]
    apply_immediately: bool
    log_retention_days: RetentionDays


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class StreamSettings:
    """Size and safety of Kafka, and its one topic's shape."""

    instance_type: BrokerType
    brokers_per_zone: Annotated[int, Interval(ge=1, le=15)]
    volume_gib: Annotated[int, Interval(ge=1, le=16_384)]
    replication_factor: Annotated[int, Interval(ge=1, le=5)]
    minimum_in_sync_replicas: Annotated[int, Interval(ge=1, le=5)]
    order_events_partitions: Annotated[int, Interval(ge=1, le=1000)]
    order_events_retention_hours: Annotated[int, Interval(ge=1, le=8760)]
    protect: bool
    log_retention_days: RetentionDays


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class IdentitySettings:
    """How people sign in; token lifetimes are Cognito's own ranges."""

    callback_urls: Annotated[tuple[Url, ...], Len(1, 100)]
    logout_urls: Annotated[tuple[Url, ...], Len(1, 100)]
    sign_in_flows: Annotated[tuple[SignInFlow, ...], Len(1)]
    mfa: MultiFactor
    access_token_minutes: Annotated[int, Interval(ge=5, le=1440)]
    refresh_token_days: Annotated[int, Interval(ge=1, le=3650)]
    deletion_protection: bool


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class RegistrySettings:
    """How many images stay, whether `destroy` takes them along, and what the mirror signs in to upstreams with."""

    kept_images: Annotated[int, Interval(ge=1, le=1000)]
    force_delete: bool
    docker_hub_secret_arn: UpstreamSecretArn | None = None
    """A secret with `username` and `accessToken`; left out, Istio's images come from where its charts say."""
    github_secret_arn: UpstreamSecretArn | None = None
    """The same for GitHub's registry; left out, KEDA's images come from where its chart says."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class TelemetrySettings:
    """How long logs stay, how often metrics are read, which share of traces is kept, and how many collectors run."""

    pod_logs: bool
    """Whether what containers print is read on the nodes and written to CloudWatch Logs."""
    log_retention_days: RetentionDays
    scrape_interval_seconds: Annotated[int, Interval(ge=1, le=300)]
    traces_sampled_percent: Annotated[float, Interval(gt=0, le=100)]
    collector_replicas: Replicas
    collector_cpu_millicores: Annotated[int, Interval(ge=10, le=8000)]
    collector_memory_mebibytes: Annotated[int, Interval(ge=64, le=16_384)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DeliverySettings:
    """Which repository deploys, behind which GitHub environment's approval, with which bucket and key for the state."""

    repository: Repository
    deployment_environment: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,255}$")]
    state_bucket_name: BucketName
    state_key_alias: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_-]{1,250}$")]
    repository_subject: RepositorySubject | None = None
    """`owner@id/name@id`: what GitHub's tokens name the repository, where it was made after July 15, 2026; left out,
    they name it `owner/name`."""
    runner_connection_arn: ConnectionArn | None = None
    """A connection to GitHub that a person approved; left out, no runner stands in the VPC."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class AlertSettings:
    """Who hears of alarms, by a name that stays: a team, or the mailbox of a pager's own integration."""

    email_addresses: dict[Label, EmailAddress]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class GuardRailSettings:
    """Whether this stack watches its account: CloudTrail, GuardDuty, Config, Security Hub, one of each an account."""

    enabled: bool
    log_retention_days: RetentionDays
    trail_retention_days: Annotated[int, Interval(ge=1, le=36_500)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class SpendingSettings:
    """What the account may cost a month, and what a surprise has to cost a day before somebody is told."""

    enabled: bool
    monthly_limit_usd: Annotated[int, Interval(ge=1)]
    anomaly_impact_usd: Annotated[int, Interval(ge=1)]
    anomaly_monitor_arn: AnomalyMonitorArn | None = None
    """The account's own watch over its services, of which AWS takes one; left out, the stack makes it."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class BackupSettings:
    """Whether copies go into a locked vault, for how long, and how long the lock can still be taken off."""

    enabled: bool
    retention_days: Annotated[int, Interval(ge=35, le=36_500)]
    changeable_for_days: Annotated[int, Interval(ge=3, le=36_500)]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class LakeSettings:
    """Whether order events are kept as Parquet, how soon, for how long, and how much one query may read."""

    enabled: bool
    reader_role: bool
    """Whether there is a role that people may take to ask questions: read-only, and within the limit."""
    buffer_seconds: Annotated[int, Interval(ge=60, le=900)]
    retention_days: Annotated[int, Interval(ge=1, le=36_500)]
    query_limit_mebibytes: Annotated[int, Interval(ge=10, le=1_048_576)]
    log_retention_days: RetentionDays
    force_destroy: bool


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class NightSettings:
    """When the database sleeps: from one hour of each day to another of each working day."""

    database_stops_at: TimeOfDay
    database_starts_at: TimeOfDay
    time_zone: TimeZone
    backup_window: BackupWindow
    """In UTC, and in hours when the database runs: what is stopped is not copied."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class SavingsSettings:
    """What a stack does without because nobody minds: machines that stay, a database at night."""

    spot_nodes: bool
    most_spot_processors: Annotated[int, Interval(ge=2, le=10_000)]
    night: NightSettings | None = None
    """Left out, the database runs day and night."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ProtectionSettings:
    """Whether what keeps state is protected, and the names of what may all the same be deleted or replaced once."""

    stateful: bool
    replaceable: tuple[ResourceName, ...]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class WorkloadSettings:
    """How many of each process, what one caller may ask, and how the service speaks to its stores."""

    least_replicas: Replicas
    most_replicas: Replicas
    target_cpu_percent: Percent
    relay_replicas: Replicas
    consumer_replicas: Replicas
    most_consumers: Replicas
    """More than `consumer_replicas`, and KEDA scales consumers between the two by the events that wait."""
    events_per_consumer: Annotated[int, Interval(ge=1)]
    webhook_replicas: Replicas
    api_cpu_millicores: Annotated[int, Interval(ge=10, le=4000)]
    api_memory_mebibytes: Annotated[int, Interval(ge=64, le=4096)]
    worker_cpu_millicores: Annotated[int, Interval(ge=10, le=4000)]
    worker_memory_mebibytes: Annotated[int, Interval(ge=64, le=4096)]
    pause_before_stop_seconds: Annotated[int, Interval(ge=0, le=300)]
    grace_seconds: Annotated[int, Interval(ge=1, le=600)]
    request_timeout_seconds: Annotated[int, Interval(ge=1, le=60)]
    requests_per_minute: Annotated[int, Interval(ge=1, le=1_000_000)]
    log_level: LogLevel
    database_authentication: DatabaseAuthentication
    database_tls: DatabaseTls
    cache_authentication: CacheAuthentication
    cache_tls: bool
    stream_security_protocol: StreamSecurityProtocol


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Settings:
    """A whole stack. `key_deletion_window_days` is how long a deleted key can still be brought back."""

    environment: EnvironmentName
    """What the stack is for: in names and tags, so one of each in an account; nothing decides by it."""
    region: Region
    account_id: AccountId
    owner: TagValue
    cost_center: TagValue
    key_deletion_window_days: Annotated[int, Interval(ge=7, le=30)]
    network: NetworkSettings
    domain: DomainSettings
    firewall: FirewallSettings
    load_balancer: LoadBalancerSettings
    cluster: ClusterSettings
    database: DatabaseSettings
    cache: CacheSettings
    stream: StreamSettings
    identity: IdentitySettings
    registry: RegistrySettings
    telemetry: TelemetrySettings
    delivery: DeliverySettings
    alerts: AlertSettings
    guard_rails: GuardRailSettings
    spending: SpendingSettings
    backups: BackupSettings
    lake: LakeSettings
    savings: SavingsSettings
    protection: ProtectionSettings
    workload: WorkloadSettings
    release: Release
    objectives: Objectives
    image_digest: ImageDigest | None = field(default=None)
    """The order service's image; left out, the platform stands without a workload."""
