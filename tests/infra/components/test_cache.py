from typing import Any

import pytest

from infra.components.cache import Cache, CacheArgs
from tests.infra.recorder import Graph, record_component


def cache(**changes: Any) -> Graph:
    arguments: dict[str, Any] = {
        "engine_version": "8.2",
        "parameter_family": "valkey8",
        "node_type": "cache.t4g.small",
        "node_count": 2,
        "multi_az": True,
        "snapshot_retention_days": 1,
        "apply_immediately": True,
        "user_name": "fortress-dev-orders",
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "client_security_group_id": "sg-cluster",
        "key_arn": "arn:key:cache",
        "log_key_arn": "arn:key:telemetry",
        "log_retention_days": 14,
        "alarm_topic_arn": "arn:topic",
    }
    return record_component(lambda opts: Cache("cache", CacheArgs(**arguments | changes), opts))


GRAPH = cache()
GROUP = GRAPH.one("aws:elasticache/replicationGroup:ReplicationGroup")


def test_it_is_valkey_over_tls_only_and_encrypted_by_our_key() -> None:
    assert (GROUP.inputs["engine"], GROUP.inputs["engineVersion"]) == ("valkey", "8.2")
    assert GROUP.inputs["transitEncryptionEnabled"] is True
    assert GROUP.inputs["transitEncryptionMode"] == "required"
    assert GROUP.inputs["kmsKeyId"] == "arn:key:cache"


def test_its_one_user_is_an_iam_user_with_the_same_name_and_id() -> None:
    user = GRAPH.one("aws:elasticache/user:User").inputs
    assert user["userId"] == user["userName"] == "fortress-dev-orders"
    assert user["authenticationMode"] == {"type": "iam"}
    assert GRAPH.one("aws:elasticache/userGroup:UserGroup").inputs["userIds"] == ["fortress-dev-orders"]


def test_the_user_reaches_its_own_keys_and_nothing_dangerous() -> None:
    words = GRAPH.one("aws:elasticache/user:User").inputs["accessString"].split()
    assert "~products:*" in words
    assert "-@all" in words
    assert not {"+@all", "+@admin", "+@dangerous", "~*"} & set(words)


@pytest.mark.parametrize(("nodes", "fails_over"), [(1, False), (2, True), (3, True)])
def test_a_second_node_takes_over(nodes: int, fails_over: bool) -> None:
    inputs = (
        cache(node_count=nodes, multi_az=fails_over).one("aws:elasticache/replicationGroup:ReplicationGroup").inputs
    )
    assert inputs["numCacheClusters"] == nodes
    assert inputs["automaticFailoverEnabled"] is fails_over


def test_both_logs_go_to_groups_that_stand_first() -> None:
    deliveries = {each["logType"]: each["destination"] for each in GROUP.inputs["logDeliveryConfigurations"]}
    assert deliveries == {"engine-log": "cache-engine-log", "slow-log": "cache-slow-log"}
    assert all(GRAPH.stands_on(GROUP, group) for group in GRAPH.of_type("aws:cloudwatch/logGroup:LogGroup"))


def test_only_the_cluster_reaches_it() -> None:
    rule = GRAPH.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["referencedSecurityGroupId"], rule["fromPort"]) == ("sg-cluster", 6379)


def test_each_node_is_watched_for_itself() -> None:
    alarms = {each.name: each.inputs for each in GRAPH.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {name: alarm["dimensions"] for name, alarm in alarms.items()} == {
        f"cache-{alarm}-00{number}": {"CacheClusterId": f"cache-00{number}"}
        for alarm in ("memory", "cpu")
        for number in (1, 2)
    }
