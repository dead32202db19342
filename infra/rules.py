"""What no single key can tell: combinations that AWS, Kubernetes or Kafka refuse, each found before any resource."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from zoneinfo import available_timezones

from infra.node_rules import (
    image_is_of_the_clusters_version,
    machines_are_offered,
    machines_fit_their_image,
    machines_of_a_group_are_alike,
    managed_nodes_have_a_way_out,
    nodes_are_in_order,
    spot_pools_are_auto_modes,
)
from infra.release_rules import (
    no_data_is_no_success,
    old_version_outlives_the_watch,
    something_can_be_watched,
    steps_belong_to_canaries,
    steps_say_one_thing_each,
    weights_rise,
)
from infra.settings import (
    AlertSettings,
    CacheSettings,
    ClusterSettings,
    DatabaseSettings,
    DeliverySettings,
    DomainSettings,
    LoadBalancerSettings,
    NetworkSettings,
    ProtectionSettings,
    SavingsSettings,
    SpendingSettings,
    StreamSettings,
    TelemetrySettings,
    WorkloadSettings,
)
from infra.shared.certificate_authority import database_regions
from infra.shared.choices import CacheAuthentication, DatabaseAuthentication, DatabaseTls, NatMode
from infra.shared.cidr import plan_subnets
from infra.shared.database_storage import STRIPED_GIB, most_iops, most_mebibytes_per_second
from infra.shared.objectives import BURNS, Objectives
from infra.shared.offers import of_one_family, offers
from infra.shared.release import Release

_SERVICE_PREFIXES = range(12, 25)
_BUDGET_ADDRESSES = range(1, 11)
_MOST_BROKERS = 15
_PRIVATE_RANGES = tuple(IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

Problems = Iterator[str]
"""Sentences of the form `key: given value; allowed are …`, the key without the project's name."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check over some keys; it runs when each of them is valid by itself."""

    keys: tuple[str, ...]
    check: Callable[..., Problems]


def zones_are_of_the_region(region: str, network: NetworkSettings) -> Problems:
    """A subnet stands in a zone of its own region, and one zone is not two."""
    zones = network.availability_zones
    for zone in zones:
        if zone[:-1] != region or not zone[-1:].isalpha():
            yield f"network.availability_zones: given {zone}; allowed are zones of {region}, such as {region}a"
    if len(set(zones)) != len(zones):
        yield f"network.availability_zones: given {', '.join(zones)}; allowed are different zones"


def range_can_be_divided(network: NetworkSettings) -> Problems:
    """The range is private and its plan gives every tier a usable subnet in every zone."""
    try:
        plan_subnets(network.cidr, network.availability_zones)
    except ValueError as error:
        yield f"network.cidr: {error}"
    yield from _public("network.cidr", network.cidr)


def services_have_a_range_of_their_own(network: NetworkSettings, cluster: ClusterSettings) -> Problems:
    """EKS takes a private range of /12 to /24 for Services that no address of the VPC is in."""
    given = f"cluster.service_cidr: given {cluster.service_cidr}"
    if cluster.service_cidr.overlaps(network.cidr):
        yield f"{given}; allowed are ranges that do not overlap network.cidr {network.cidr}"
    if cluster.service_cidr.prefixlen not in _SERVICE_PREFIXES:
        yield f"{given}; allowed are prefixes /{_SERVICE_PREFIXES.start} to /{_SERVICE_PREFIXES.stop - 1}"
    yield from _public("cluster.service_cidr", cluster.service_cidr)


def _public(key: str, cidr: IPv4Network) -> Problems:
    if not any(cidr.subnet_of(private) for private in _PRIVATE_RANGES):
        yield f"{key}: given {cidr}; allowed are ranges within {', '.join(map(str, _PRIVATE_RANGES))}"


def gateways_are_in_order(cluster: ClusterSettings) -> Problems:
    """An autoscaler's ceiling is not under its floor."""
    if cluster.least_gateways > cluster.most_gateways:
        yield (
            f"cluster.least_gateways: given {cluster.least_gateways}; "
            f"allowed are at most cluster.most_gateways {cluster.most_gateways}"
        )


def api_is_in_its_zone(domain: DomainSettings) -> Problems:
    """The certificate is validated by a record in the zone."""
    if domain.api_name != domain.zone_name and not domain.api_name.endswith(f".{domain.zone_name}"):
        yield f"domain.api_name: given {domain.api_name}; allowed are names in {domain.zone_name}"


def tokens_are_of_the_repository(delivery: DeliverySettings) -> Problems:
    """Tokens that name the repository by its ids are of the repository that the stack has."""
    subject = delivery.repository_subject
    if subject and re.sub("@[0-9]+", "", subject) != delivery.repository:
        owner, name = delivery.repository.split("/")
        yield f"delivery.repository_subject: given {subject}; allowed are {owner}@<id>/{name}@<id>"


def workload_has_a_way_in(domain: DomainSettings, image_digest: str | None) -> Problems:
    """Without a delegated zone there is no certificate, and without one no HTTPS listener."""
    if image_digest and not domain.delegated:
        yield f"image_digest: given {image_digest}; allowed once domain.delegated is true"


def storage_can_grow(database: DatabaseSettings) -> Problems:
    """RDS autoscales only to a limit at least a tenth over what is allocated."""
    least = -(-database.storage_gib * 11 // 10)
    if database.largest_storage_gib < least:
        yield (
            f"database.largest_storage_gib: given {database.largest_storage_gib}; allowed are {least} or more, "
            f"a tenth over database.storage_gib {database.storage_gib}"
        )


def storage_takes_what_is_asked_of_it(database: DatabaseSettings) -> Problems:
    """Speed is bought for gp3 from 400 GiB on; throughput follows operations, and a class has no more than its own."""
    iops, throughput = database.storage_iops or 0, database.storage_mebibytes_per_second or 0
    if database.storage_gib < STRIPED_GIB:
        for key, given in (("storage_iops", iops), ("storage_mebibytes_per_second", throughput)):
            if given:
                yield (
                    f"database.{key}: given {given}; allowed is none where database.storage_gib is under "
                    f"{STRIPED_GIB}, which is {database.storage_gib}"
                )
        return
    if iops > (most := most_iops(database.instance_class)):
        yield (
            f"database.storage_iops: given {iops}; "
            f"allowed are at most {most}, all that database.instance_class {database.instance_class} moves"
        )
    if throughput > (most := most_mebibytes_per_second(database.storage_iops)):
        yield (
            f"database.storage_mebibytes_per_second: given {throughput}; allowed are at most {most}, "
            "a quarter of database.storage_iops, which is 12000 where it is left out"
        )


def cache_can_fail_over(cache: CacheSettings) -> Problems:
    """Another zone needs another node."""
    if cache.multi_az and cache.node_count == 1:
        yield "cache.multi_az: given true; allowed with cache.node_count 2 or more, which is 1"


def replicas_fit_the_brokers(network: NetworkSettings, stream: StreamSettings) -> Problems:
    """A partition's replicas are on different brokers, and one may be away without stopping writers."""
    zones = len(network.availability_zones)
    brokers = stream.brokers_per_zone * zones
    if brokers > _MOST_BROKERS:
        yield (
            f"stream.brokers_per_zone: given {stream.brokers_per_zone}; allowed are 1 to {_MOST_BROKERS // zones} "
            f"in each of {zones} zones"
        )
    if stream.replication_factor > brokers:
        yield f"stream.replication_factor: given {stream.replication_factor}; allowed are 1 to {brokers} brokers"
    least_missing = 1 if stream.replication_factor > 1 else 0
    if stream.minimum_in_sync_replicas > stream.replication_factor - least_missing:
        yield (
            f"stream.minimum_in_sync_replicas: given {stream.minimum_in_sync_replicas}; "
            f"allowed are 1 to {stream.replication_factor - least_missing}"
        )


def replicas_are_in_order(workload: WorkloadSettings) -> Problems:
    """An autoscaler's ceiling is not under its floor."""
    if workload.least_replicas > workload.most_replicas:
        yield (
            f"workload.least_replicas: given {workload.least_replicas}; "
            f"allowed are at most workload.most_replicas {workload.most_replicas}"
        )


def consumers_have_partitions(stream: StreamSettings, workload: WorkloadSettings) -> Problems:
    """An autoscaler's ceiling is not under its floor, and of more consumers than partitions some would read nothing."""
    least, most = workload.consumer_replicas, stream.order_events_partitions
    if not least <= workload.most_consumers <= most:
        yield (
            f"workload.most_consumers: given {workload.most_consumers}; allowed are workload.consumer_replicas {least} "
            f"to stream.order_events_partitions {most}"
        )


def pods_end_in_time(workload: WorkloadSettings) -> Problems:
    """The pause before SIGTERM is part of the grace period, and something has to be left to end in."""
    if workload.pause_before_stop_seconds >= workload.grace_seconds:
        yield (
            f"workload.pause_before_stop_seconds: given {workload.pause_before_stop_seconds}; "
            f"allowed are fewer than workload.grace_seconds {workload.grace_seconds}"
        )


def cache_tokens_travel_encrypted(workload: WorkloadSettings) -> Problems:
    """ElastiCache takes IAM authentication over TLS only."""
    if workload.cache_authentication is CacheAuthentication.IAM and not workload.cache_tls:
        yield "workload.cache_tls: given false; allowed is true where workload.cache_authentication is iam"


def balancer_waits_for_the_service(load_balancer: LoadBalancerSettings, workload: WorkloadSettings) -> Problems:
    """A request that may still be answered is not cut off in front of the service."""
    if load_balancer.idle_timeout_seconds <= workload.request_timeout_seconds:
        yield (
            f"load_balancer.idle_timeout_seconds: given {load_balancer.idle_timeout_seconds}; "
            f"allowed are more than workload.request_timeout_seconds {workload.request_timeout_seconds}"
        )


def database_certificate_is_known(region: str) -> Problems:
    """The service verifies the database's certificate by the region's own root."""
    if region not in database_regions():
        yield f"region: given {region}; allowed are {', '.join(database_regions())}"


def database_class_is_offered(region: str, database: DatabaseSettings) -> Problems:
    """RDS runs the pinned PostgreSQL on some classes only, and not every region has each."""
    yield from _offered(
        "database.instance_class", database.instance_class, region, offers().database_classes.get(region)
    )


def cache_class_is_offered(region: str, cache: CacheSettings) -> Problems:
    """Not every region has each class."""
    yield from _offered("cache.node_type", cache.node_type, region, offers().cache_classes.get(region))


def nights_are_of_stacks_that_may_sleep(
    savings: SavingsSettings, database: DatabaseSettings, protection: ProtectionSettings
) -> Problems:
    """Whoever keeps a standby, or holds on to what is stored, asks at night too."""
    if savings.night is None:
        return
    if database.multi_az:
        yield "savings.night: given, with database.multi_az true; allowed is none, or database.multi_az false"
    if protection.stateful:
        yield "savings.night: given, with protection.stateful true; allowed is none, or protection.stateful false"
    if savings.night.database_stops_at == savings.night.database_starts_at:
        given = savings.night.database_starts_at
        yield f"savings.night.database_starts_at: given {given}; allowed is another time than database_stops_at"
    yield from _zone_is_known(savings.night.time_zone)


def _zone_is_known(name: str) -> Problems:
    """A machine without a table of time zones cannot tell."""
    if (known := available_timezones()) and name not in known:
        yield f"savings.night.time_zone: given {name}; allowed are IANA's names, such as Europe/Berlin"


def _offered(key: str, given: str, region: str, offered: Sequence[str] | None) -> Problems:
    if offered is not None and given not in offered:
        yield f"{key}: given {given}; allowed in {region} are {', '.join(of_one_family(given, offered))}"


def proxied_connections_use_tokens(database: DatabaseSettings, workload: WorkloadSettings) -> Problems:
    """The proxy takes no password."""
    if database.proxy and workload.database_authentication is not DatabaseAuthentication.IAM:
        yield (
            f"workload.database_authentication: given {workload.database_authentication}; "
            "allowed is iam where database.proxy is true"
        )


def database_tokens_travel_encrypted(workload: WorkloadSettings) -> Problems:
    """RDS takes IAM authentication over TLS only."""
    by_token = workload.database_authentication is DatabaseAuthentication.IAM
    if by_token and workload.database_tls is not DatabaseTls.REQUIRE:
        yield (
            f"workload.database_tls: given {workload.database_tls}; "
            "allowed is require where workload.database_authentication is iam"
        )


def somebody_hears_of_the_bill(alerts: AlertSettings, spending: SpendingSettings) -> Problems:
    """AWS Budgets takes 1 to 11 subscribers of a notification (botocore's `Subscribers`), one of them a topic."""
    count = len(alerts.email_addresses)
    if spending.enabled and count not in _BUDGET_ADDRESSES:
        yield f"alerts.email_addresses: given {count}; allowed are 1 to 10 where spending.enabled is true"


def windows_hold_two_samples(telemetry: TelemetrySettings, release: Release) -> Problems:
    """Prometheus tells a rate from two samples or more; with fewer no analysis ever finds anything."""
    window_seconds, least = release.measuring.window_seconds, 2 * telemetry.scrape_interval_seconds
    if window_seconds < least:
        yield (
            f"release.measuring.window_seconds: given {window_seconds}; allowed are {least} or more, "
            f"twice telemetry.scrape_interval_seconds {telemetry.scrape_interval_seconds}"
        )


def pod_logs_have_a_way_out(network: NetworkSettings, telemetry: TelemetrySettings) -> Problems:
    """The agent on each node reaches CloudWatch Logs over NAT or over the service's own endpoint."""
    if telemetry.pod_logs and network.nat is NatMode.NONE and "logs" not in network.interface_endpoints:
        yield (
            "telemetry.pod_logs: given true; allowed is false where network.nat is none and "
            "network.interface_endpoints has no logs"
        )


def budgets_can_burn_fast(objectives: Objectives) -> Problems:
    """A page asks for many times the budget at once; a budget so large that this is over everything never pages."""
    fastest = max(burn.rate(objectives.window_days) for burn in BURNS)
    least = 100 - 100 / fastest
    for key in ("availability_percent", "latency_percent"):
        given: float = getattr(objectives, key)
        if given <= least:
            yield (
                f"objectives.{key}: given {given:g}; allowed are more than {least:.1f}, since a page wants "
                f"{fastest:g} times the budget"
            )


RULES = (
    Rule(keys=("region",), check=database_certificate_is_known),
    Rule(keys=("database", "workload"), check=proxied_connections_use_tokens),
    Rule(keys=("workload",), check=database_tokens_travel_encrypted),
    Rule(keys=("region", "network"), check=zones_are_of_the_region),
    Rule(keys=("network",), check=range_can_be_divided),
    Rule(keys=("network", "cluster"), check=services_have_a_range_of_their_own),
    Rule(keys=("cluster",), check=gateways_are_in_order),
    Rule(keys=("cluster",), check=nodes_are_in_order),
    Rule(keys=("cluster",), check=machines_fit_their_image),
    Rule(keys=("cluster",), check=machines_of_a_group_are_alike),
    Rule(keys=("cluster",), check=image_is_of_the_clusters_version),
    Rule(keys=("region", "cluster"), check=machines_are_offered),
    Rule(keys=("cluster", "savings"), check=spot_pools_are_auto_modes),
    Rule(keys=("network", "cluster"), check=managed_nodes_have_a_way_out),
    Rule(keys=("domain",), check=api_is_in_its_zone),
    Rule(keys=("domain", "image_digest"), check=workload_has_a_way_in),
    Rule(keys=("delivery",), check=tokens_are_of_the_repository),
    Rule(keys=("database",), check=storage_can_grow),
    Rule(keys=("database",), check=storage_takes_what_is_asked_of_it),
    Rule(keys=("region", "database"), check=database_class_is_offered),
    Rule(keys=("region", "cache"), check=cache_class_is_offered),
    Rule(keys=("savings", "database", "protection"), check=nights_are_of_stacks_that_may_sleep),
    Rule(keys=("cache",), check=cache_can_fail_over),
    Rule(keys=("network", "stream"), check=replicas_fit_the_brokers),
    Rule(keys=("workload",), check=replicas_are_in_order),
    Rule(keys=("stream", "workload"), check=consumers_have_partitions),
    Rule(keys=("workload",), check=pods_end_in_time),
    Rule(keys=("workload",), check=cache_tokens_travel_encrypted),
    Rule(keys=("load_balancer", "workload"), check=balancer_waits_for_the_service),
    Rule(keys=("alerts", "spending"), check=somebody_hears_of_the_bill),
    Rule(keys=("telemetry", "release"), check=windows_hold_two_samples),
    Rule(keys=("network", "telemetry"), check=pod_logs_have_a_way_out),
    Rule(keys=("objectives",), check=budgets_can_burn_fast),
    Rule(keys=("release",), check=steps_say_one_thing_each),
    Rule(keys=("release",), check=steps_belong_to_canaries),
    Rule(keys=("release",), check=weights_rise),
    Rule(keys=("release",), check=something_can_be_watched),
    Rule(keys=("release",), check=no_data_is_no_success),
    Rule(keys=("release",), check=old_version_outlives_the_watch),
)
