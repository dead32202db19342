import json
from typing import Any

from infra.components.stream import Stream, StreamArgs, TopicArgs
from tests.infra.recorder import Graph, record_component

TOPIC = TopicArgs(
    name="order-events", partition_count=6, replication_factor=3, minimum_in_sync_replicas=2, retention_hours=72
)


def stream(**changes: Any) -> Graph:
    arguments: dict[str, Any] = {
        "cluster_name": "fortress-dev",
        "kafka_version": "4.1.x.kraft",
        "instance_type": "kafka.m7g.large",
        "broker_count": 3,
        "volume_gib": 50,
        "replication_factor": 3,
        "minimum_in_sync_replicas": 2,
        "topics": [TOPIC],
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b", "subnet-c"],
        "client_security_group_id": "sg-cluster",
        "key_arn": "arn:key:stream",
        "log_key_arn": "arn:key:telemetry",
        "log_retention_days": 14,
        "alarm_topic_arn": "arn:topic",
        "protect": False,
    }
    return record_component(lambda opts: Stream("stream", StreamArgs(**arguments | changes), opts))


GRAPH = stream()
CLUSTER = GRAPH.one("aws:msk/cluster:Cluster")


def test_it_is_entered_by_iam_over_tls_only() -> None:
    assert CLUSTER.inputs["clientAuthentication"] == {
        "sasl": {"iam": True, "scram": False},
        "unauthenticated": False,
    }
    assert CLUSTER.inputs["encryptionInfo"] == {
        "encryptionAtRestKmsKeyArn": "arn:key:stream",
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    }
    rule = GRAPH.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["referencedSecurityGroupId"], rule["fromPort"]) == ("sg-cluster", 9098)


def test_nobody_makes_topics_by_writing_to_them() -> None:
    properties = dict(
        line.split("=") for line in GRAPH.one("aws:msk/configuration:Configuration").inputs["serverProperties"].split()
    )
    assert properties == {
        "auto.create.topics.enable": "false",
        "default.replication.factor": "3",
        "min.insync.replicas": "2",
        "unclean.leader.election.enable": "false",
    }


def test_the_brokers_run_the_configuration_as_it_is_now() -> None:
    assert CLUSTER.inputs["configurationInfo"] == {
        "arn": "arn:aws:msk:eu-central-1:123456789012:stream",
        "revision": 1,
    }


def test_topics_are_code() -> None:
    topic = GRAPH.one("aws:msk/topic:Topic")
    assert topic.inputs["name"] == "order-events"
    assert (topic.inputs["partitionCount"], topic.inputs["replicationFactor"]) == (6, 3)
    assert json.loads(topic.inputs["configs"]) == {
        "cleanup.policy": "delete",
        "min.insync.replicas": "2",
        "retention.ms": "259200000",
    }
    assert GRAPH.stands_on(topic, CLUSTER)


def test_brokers_and_topics_are_protected_together() -> None:
    graph = stream(protect=True)
    assert graph.one("aws:msk/cluster:Cluster").protect
    assert graph.one("aws:msk/topic:Topic").protect
    assert not CLUSTER.protect


def test_a_partition_without_a_leader_is_heard_of() -> None:
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm", "stream-offline-partitions").inputs
    assert (alarm["metricName"], alarm["threshold"]) == ("OfflinePartitionsCount", 0)
    assert alarm["dimensions"] == {"Cluster Name": "fortress-dev"}


def test_each_brokers_disk_is_watched_for_itself() -> None:
    alarms = {each.name: each.inputs for each in GRAPH.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    disks = [alarms[f"stream-disk-00{broker}"]["dimensions"] for broker in (1, 2, 3)]
    assert disks == [{"Cluster Name": "fortress-dev", "Broker ID": broker} for broker in ("1", "2", "3")]
