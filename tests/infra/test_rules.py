from typing import Any

import pytest

from infra import versions
from infra.config import ConfigurationError, parse_settings
from infra.rules import RULES
from infra.shared.certificate_authority import database_regions
from tests.infra.program import IMAGE_DIGEST, MANAGED_NODES, as_pulumi_hands_over, stack_values

CLOSED = "network.nat is none and network.interface_endpoints has no logs"
PARTITIONS = "stream.order_events_partitions 3"
FIELDS = "weight_percent, pause_seconds, approval, analyses"
AFTER_THE_SWITCH = "which the watched analyses take after the switch"
ANALYSES = "success-rate, latency, saturation, orders-confirmed"
LOCAL_MEASURING = stack_values("local")["release"]["measuring"]
NIGHT = stack_values("dev")["savings"]["night"]
STRIPED = {"storage_gib": 400, "largest_storage_gib": 800, "instance_class": "db.t4g.large"}
MEASURED = [{"weight_percent": 10}, {"analyses": ["latency"]}]


def managed(**changes: Any) -> dict[str, Any]:
    return {"network": {"nat": "single"}, "cluster": {"managed_nodes": {**MANAGED_NODES, **changes}}}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nodes_are_in_order": (
        managed(least_nodes=7),
        "cluster.managed_nodes.least_nodes: given 7; allowed are at most cluster.managed_nodes.most_nodes 6",
    ),
    "nodes_are_in_order, at first": (
        managed(first_nodes=7),
        ("cluster.managed_nodes.first_nodes: given 7; allowed are cluster.managed_nodes.least_nodes 2 to most_nodes 6"),
    ),
    "machines_are_offered": (
        managed(instance_types=["m7g.3xlarge"]),
        (
            "cluster.managed_nodes.instance_types: given m7g.3xlarge; allowed in eu-central-1 are m7g.12xlarge, "
            "m7g.16xlarge, m7g.2xlarge, m7g.4xlarge, m7g.8xlarge, m7g.large, m7g.medium, m7g.xlarge"
        ),
    ),
    "machines_fit_their_image": (
        managed(instance_types=["m7i.large"]),
        (
            "cluster.managed_nodes.instance_types: given m7i.large, which is x86_64; allowed are arm64 where "
            "cluster.managed_nodes.ami_type is AL2023_ARM_64_STANDARD"
        ),
    ),
    "machines_of_a_group_are_alike": (
        managed(instance_types=["m7g.large", "r7g.large"]),
        (
            "cluster.managed_nodes.instance_types: given r7g.large with 2 processors and 16384 MiB; "
            "allowed are types like m7g.large with 2 and 8192 MiB"
        ),
    ),
    "image_is_of_the_clusters_version": (
        managed(ami_release="1.34.2-20260701"),
        f"cluster.managed_nodes.ami_release: given 1.34.2-20260701; allowed are builds for {versions.EKS}",
    ),
    "spot_pools_are_auto_modes": (
        {**managed(), "savings": {"spot_nodes": True}},
        (
            "savings.spot_nodes: given true; allowed is false where cluster.managed_nodes is given, "
            "of which capacity_type says SPOT"
        ),
    ),
    "managed_nodes_have_a_way_out": (
        {**managed(), "network": {"nat": "none"}},
        (
            "cluster.managed_nodes: given, with network.nat none; allowed is another network.nat, or "
            "network.interface_endpoints that have autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, "
            "elasticloadbalancing too"
        ),
    ),
    "tokens_are_of_the_repository": (
        {"delivery": {"repository": "shop/fortress", "repository_subject": "shop@1/fort@2"}},
        "delivery.repository_subject: given shop@1/fort@2; allowed are shop@<id>/fortress@<id>",
    ),
    "database_certificate_is_known": (
        {"region": "mx-central-1", "network": {"availability_zones": ["mx-central-1a", "mx-central-1b"]}},
        "region: given mx-central-1; allowed are " + ", ".join(database_regions()),
    ),
    "database_class_is_offered": (
        {"database": {"instance_class": "db.t4g.3xlarge"}},
        (
            "database.instance_class: given db.t4g.3xlarge; allowed in eu-central-1 are "
            "db.t4g.2xlarge, db.t4g.large, db.t4g.medium, db.t4g.micro, db.t4g.small, db.t4g.xlarge"
        ),
    ),
    "cache_class_is_offered": (
        {"cache": {"node_type": "cache.t4g.large"}},
        (
            "cache.node_type: given cache.t4g.large; allowed in eu-central-1 are "
            "cache.t4g.medium, cache.t4g.micro, cache.t4g.small"
        ),
    ),
    "nights_are_of_stacks_that_may_sleep": (
        {"savings": {"night": NIGHT}, "database": {"multi_az": True}},
        "savings.night: given, with database.multi_az true; allowed is none, or database.multi_az false",
    ),
    "nights_are_of_stacks_that_may_sleep, protected": (
        {"savings": {"night": NIGHT}, "protection": {"stateful": True}},
        "savings.night: given, with protection.stateful true; allowed is none, or protection.stateful false",
    ),
    "nights_are_of_stacks_that_may_sleep, for no time": (
        {"savings": {"night": {**NIGHT, "database_starts_at": "20:00"}}},
        "savings.night.database_starts_at: given 20:00; allowed is another time than database_stops_at",
    ),
    "nights_are_of_stacks_that_may_sleep, nowhere": (
        {"savings": {"night": {**NIGHT, "time_zone": "Europe/Berlyn"}}},
        "savings.night.time_zone: given Europe/Berlyn; allowed are IANA's names, such as Europe/Berlin",
    ),
    "proxied_connections_use_tokens": (
        {"database": {"proxy": True}},
        "workload.database_authentication: given secret; allowed is iam where database.proxy is true",
    ),
    "database_tokens_travel_encrypted": (
        {"workload": {"database_authentication": "iam"}},
        "workload.database_tls: given disable; allowed is require where workload.database_authentication is iam",
    ),
    "pod_logs_have_a_way_out": (
        {"telemetry": {"pod_logs": True}},
        f"telemetry.pod_logs: given true; allowed is false where {CLOSED}",
    ),
    "consumers_have_partitions": (
        {"workload": {"consumer_replicas": 2}},
        f"workload.most_consumers: given 1; allowed are workload.consumer_replicas 2 to {PARTITIONS}",
    ),
    "consumers_have_partitions, too many": (
        {"workload": {"most_consumers": 4}},
        f"workload.most_consumers: given 4; allowed are workload.consumer_replicas 1 to {PARTITIONS}",
    ),
    "zones_are_of_the_region": (
        {"network": {"availability_zones": ["eu-central-1a", "eu-west-1b"]}},
        "network.availability_zones: given eu-west-1b; allowed are zones of eu-central-1, such as eu-central-1a",
    ),
    "zones_are_of_the_region, twice the same": (
        {"network": {"availability_zones": ["eu-central-1a", "eu-central-1a"]}},
        "network.availability_zones: given eu-central-1a, eu-central-1a; allowed are different zones",
    ),
    "range_can_be_divided": (
        {"network": {"cidr": "10.20.0.0/24"}},
        "network.cidr: VPC range 10.20.0.0/24 does not fit: allowed are prefixes /16 to /22",
    ),
    "range_can_be_divided, public": (
        {"network": {"cidr": "8.8.0.0/16"}},
        "network.cidr: given 8.8.0.0/16; allowed are ranges within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
    ),
    "services_have_a_range_of_their_own": (
        {"cluster": {"service_cidr": "10.20.128.0/20"}},
        "cluster.service_cidr: given 10.20.128.0/20; allowed are ranges that do not overlap network.cidr 10.20.0.0/16",
    ),
    "services_have_a_range_of_their_own, too small": (
        {"cluster": {"service_cidr": "172.20.0.0/26"}},
        "cluster.service_cidr: given 172.20.0.0/26; allowed are prefixes /12 to /24",
    ),
    "gateways_are_in_order": (
        {"cluster": {"least_gateways": 3, "most_gateways": 2}},
        "cluster.least_gateways: given 3; allowed are at most cluster.most_gateways 2",
    ),
    "api_is_in_its_zone": (
        {"domain": {"api_name": "api.notfortress.example.com"}},
        "domain.api_name: given api.notfortress.example.com; allowed are names in fortress.example.com",
    ),
    "workload_has_a_way_in": (
        {"domain": {"delegated": False}, "image_digest": IMAGE_DIGEST},
        f"image_digest: given {IMAGE_DIGEST}; allowed once domain.delegated is true",
    ),
    "storage_can_grow": (
        {"database": {"storage_gib": 100, "largest_storage_gib": 109}},
        "database.largest_storage_gib: given 109; allowed are 110 or more, a tenth over database.storage_gib 100",
    ),
    "storage_takes_what_is_asked_of_it": (
        {"database": {"storage_iops": 12_000}},
        "database.storage_iops: given 12000; allowed is none where database.storage_gib is under 400, which is 20",
    ),
    "storage_takes_what_is_asked_of_it, throughput": (
        {"database": {"storage_mebibytes_per_second": 500}},
        (
            "database.storage_mebibytes_per_second: given 500; "
            "allowed is none where database.storage_gib is under 400, which is 20"
        ),
    ),
    "storage_takes_what_is_asked_of_it, more than its machine moves": (
        {"database": {**STRIPED, "storage_iops": 16_000}},
        (
            "database.storage_iops: given 16000; "
            "allowed are at most 15700, all that database.instance_class db.t4g.large moves"
        ),
    ),
    "storage_takes_what_is_asked_of_it, more throughput than operations carry": (
        {"database": {**STRIPED, "storage_mebibytes_per_second": 3001}},
        (
            "database.storage_mebibytes_per_second: given 3001; allowed are at most 3000, "
            "a quarter of database.storage_iops, which is 12000 where it is left out"
        ),
    ),
    "cache_can_fail_over": (
        {"cache": {"multi_az": True}},
        "cache.multi_az: given true; allowed with cache.node_count 2 or more, which is 1",
    ),
    "replicas_fit_the_brokers": (
        {"stream": {"replication_factor": 3, "minimum_in_sync_replicas": 2}},
        "stream.replication_factor: given 3; allowed are 1 to 2 brokers",
    ),
    "replicas_fit_the_brokers, too many brokers": (
        {"stream": {"brokers_per_zone": 8}},
        "stream.brokers_per_zone: given 8; allowed are 1 to 7 in each of 2 zones",
    ),
    "replicas_fit_the_brokers, none may be away": (
        {"stream": {"replication_factor": 2, "minimum_in_sync_replicas": 2}},
        "stream.minimum_in_sync_replicas: given 2; allowed are 1 to 1",
    ),
    "replicas_are_in_order": (
        {"workload": {"least_replicas": 9}},
        "workload.least_replicas: given 9; allowed are at most workload.most_replicas 4",
    ),
    "steps_say_one_thing_each": (
        {"release": {"steps": [*MEASURED, {"weight_percent": 50, "pause_seconds": 5}]}},
        f"release.steps.2: given weight_percent, pause_seconds; allowed is exactly one of {FIELDS}",
    ),
    "steps_say_one_thing_each, nothing": (
        {"release": {"steps": [*MEASURED, {}]}},
        f"release.steps.2: given nothing; allowed is exactly one of {FIELDS}",
    ),
    "steps_say_one_thing_each, an analysis of nothing": (
        {"release": {"steps": [*MEASURED, {"analyses": []}]}},
        f"release.steps.2.analyses: given none; allowed are one or more of {ANALYSES}",
    ),
    "steps_say_one_thing_each, an approval that is none": (
        {"release": {"steps": [*MEASURED, {"approval": False}]}},
        "release.steps.2.approval: given false; allowed is true, or leave the step out",
    ),
    "steps_belong_to_canaries": (
        {"release": {"strategy": "blue-green", "watched": []}},
        "release.steps: given 4 steps; allowed are none under blue-green",
    ),
    "steps_belong_to_canaries, without a beginning": (
        {"release": {"steps": [{"analyses": ["latency"]}]}},
        "release.steps: given no weight_percent at first; allowed are steps that begin with one",
    ),
    "steps_belong_to_canaries, unmeasured": (
        {"release": {"steps": [{"weight_percent": 10}]}},
        "release.steps: given no analyses; allowed are steps of which at least one has analyses",
    ),
    "weights_rise": (
        {"release": {"steps": [*MEASURED, {"weight_percent": 10}]}},
        "release.steps: given weights [10, 10]; allowed are rising ones",
    ),
    "something_can_be_watched": (
        {"release": {"strategy": "rolling", "steps": []}},
        "release.watched: given success-rate, latency; allowed are none under rolling",
    ),
    "no_data_is_no_success": (
        {"release": {"measuring": {**LOCAL_MEASURING, "inconclusive_limit": 4}}},
        "release.measuring.inconclusive_limit: given 4; allowed are fewer than release.measuring.measurements 4",
    ),
    "old_version_outlives_the_watch": (
        {"release": {"strategy": "blue-green", "steps": [], "scale_down_delay_seconds": 20}},
        f"release.scale_down_delay_seconds: given 20; allowed are more than 21, {AFTER_THE_SWITCH}",
    ),
    "pods_end_in_time": (
        {"workload": {"pause_before_stop_seconds": 15}},
        "workload.pause_before_stop_seconds: given 15; allowed are fewer than workload.grace_seconds 15",
    ),
    "cache_tokens_travel_encrypted": (
        {"workload": {"cache_authentication": "iam"}},
        "workload.cache_tls: given false; allowed is true where workload.cache_authentication is iam",
    ),
    "somebody_hears_of_the_bill": (
        {"alerts": {"email_addresses": {}}, "spending": {"enabled": True}},
        "alerts.email_addresses: given 0; allowed are 1 to 10 where spending.enabled is true",
    ),
    "budgets_can_burn_fast": (
        {"objectives": {"latency_percent": 93, "window_days": 30}},
        "objectives.latency_percent: given 93; allowed are more than 93.1, since a page wants 14.4 times the budget",
    ),
    "windows_hold_two_samples": (
        {"telemetry": {"scrape_interval_seconds": 5}},
        "release.measuring.window_seconds: given 8; allowed are 10 or more, twice telemetry.scrape_interval_seconds 5",
    ),
    "balancer_waits_for_the_service": (
        {"load_balancer": {"idle_timeout_seconds": 10}},
        "load_balancer.idle_timeout_seconds: given 10; allowed are more than workload.request_timeout_seconds 10",
    ),
}


def with_changes(changes: dict[str, Any]) -> dict[str, str]:
    values = stack_values("local")
    for key, change in changes.items():
        values[key] = {**values[key], **change} if isinstance(change, dict) else change
    return as_pulumi_hands_over(values)


@pytest.mark.parametrize(("changes", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_combination_that_cannot_stand_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_settings(with_changes(changes))
    assert raised.value.problems == [f"fortress:{problem}"]


def test_every_rule_has_a_combination_that_it_refuses() -> None:
    assert {rule.check.__name__ for rule in RULES} == {name.split(",")[0] for name in REFUSED}


def test_a_rule_is_silent_where_one_of_its_keys_is_wrong_by_itself() -> None:
    changes = {"cache": {"multi_az": True, "node_count": 0}}
    with pytest.raises(ConfigurationError) as raised:
        parse_settings(with_changes(changes))
    assert [problem.split(":")[1] for problem in raised.value.problems] == ["cache.node_count"]
