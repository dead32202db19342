"""The stream: Kafka on MSK without ZooKeeper, entered by IAM over TLS only, its topics as code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, Comparison, MissingData, raise_alarms
from infra.shared.dashboard import Panel, Search, Widget, lines
from infra.shared.ports import Port

_METRICS = "AWS/Kafka"
Dimensions = Mapping[str, pulumi.Input[str]]
_BROKER_ALARMS = (
    Alarm(
        name="disk",
        description="A broker's volume fills up",
        namespace=_METRICS,
        metric_name="KafkaDataLogsDiskUsed",
        statistic="Maximum",
        threshold=80,
    ),
)
"""For each broker: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html"""
_ALARMS = (
    Alarm(
        name="offline-partitions",
        description="Partitions without a leader: nothing can be written to them",
        namespace=_METRICS,
        metric_name="OfflinePartitionsCount",
        statistic="Maximum",
        threshold=0,
    ),
    Alarm(
        name="controller",
        description="The cluster has no controller",
        namespace=_METRICS,
        metric_name="ActiveControllerCount",
        statistic="Maximum",
        comparison=Comparison.BELOW,
        threshold=1,
        missing_data=MissingData.BREACHING,
    ),
)


@dataclass(frozen=True, kw_only=True)
class TopicArgs:
    """One topic."""

    name: str
    partition_count: int
    replication_factor: int
    minimum_in_sync_replicas: int
    retention_hours: int

    def configuration(self) -> str:
        """The topic's settings as the JSON that MSK takes."""
        return json.dumps(
            {
                "cleanup.policy": "delete",
                "min.insync.replicas": str(self.minimum_in_sync_replicas),
                "retention.ms": str(self.retention_hours * 3_600_000),
            },
            sort_keys=True,
        )


@dataclass(frozen=True, kw_only=True)
class StreamArgs:
    """Size, safety and place of the brokers, and their topics."""

    cluster_name: str
    kafka_version: str
    instance_type: str
    broker_count: int
    """A multiple of the number of subnets."""
    volume_gib: int
    replication_factor: int
    minimum_in_sync_replicas: int
    topics: Sequence[TopicArgs]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]
    protect: bool
    """Whether Pulumi refuses to delete or replace the cluster."""


class Stream(pulumi.ComponentResource):
    """Provisioned brokers in KRaft mode."""

    arn: pulumi.Output[str]
    bootstrap_servers: pulumi.Output[str]
    """`host:port` pairs, for SASL with IAM."""
    topics: Sequence[pulumi.Resource]
    """What has to stand before anything produces or consumes."""
    panel: Panel

    def __init__(self, name: str, args: StreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:Stream", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        cluster = self._cluster(args)
        self.panel = self._watch(args, cluster)
        self.arn = cluster.arn
        self.bootstrap_servers = cluster.bootstrap_brokers_sasl_iam
        self.topics = [self._topic(topic, cluster, args.protect) for topic in args.topics]
        self.register_outputs({"arn": self.arn, "bootstrap_servers": self.bootstrap_servers})

    def _watch(self, args: StreamArgs, cluster: aws.msk.Cluster) -> Panel:
        whole = {"Cluster Name": cluster.cluster_name}
        brokers = {number: {**whole, "Broker ID": str(number)} for number in range(1, args.broker_count + 1)}
        topic_arn = args.alarm_topic_arn
        arns = raise_alarms(_ALARMS, self._name, dimensions=whole, topic_arn=topic_arn, opts=self._child)
        for number, broker in brokers.items():
            arns += raise_alarms(
                _BROKER_ALARMS, self._name, dimensions=broker, topic_arn=topic_arn, opts=self._child, number=number
            )
        return Panel(widgets=_widgets(whole, list(brokers.values())), alarm_arns=arns)

    def _topic(self, topic: TopicArgs, cluster: aws.msk.Cluster, protect: bool) -> aws.msk.Topic:
        return aws.msk.Topic(
            f"{self._name}-{topic.name}",
            name=topic.name,
            cluster_arn=cluster.arn,
            partition_count=topic.partition_count,
            replication_factor=topic.replication_factor,
            configs=topic.configuration(),
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )

    def _cluster(self, args: StreamArgs) -> aws.msk.Cluster:
        log_group = aws.cloudwatch.LogGroup(
            self._name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        configuration = self._configuration(args)
        return aws.msk.Cluster(
            self._name,
            cluster_name=args.cluster_name,
            kafka_version=args.kafka_version,
            number_of_broker_nodes=args.broker_count,
            broker_node_group_info={
                "instance_type": args.instance_type,
                "client_subnets": list(args.subnet_ids),
                "security_groups": [self._security_group(args).id],
                "storage_info": {"ebs_storage_info": {"volume_size": args.volume_gib}},
            },
            client_authentication={"sasl": {"iam": True, "scram": False}, "unauthenticated": False},
            encryption_info={
                "encryption_at_rest_kms_key_arn": args.key_arn,
                "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
            },
            configuration_info={"arn": configuration.arn, "revision": configuration.latest_revision},
            enhanced_monitoring="PER_TOPIC_PER_BROKER",
            open_monitoring={
                "prometheus": {
                    "jmx_exporter": {"enabled_in_broker": True},
                    "node_exporter": {"enabled_in_broker": True},
                }
            },
            logging_info={
                "broker_logs": {"cloudwatch_logs": {"enabled": True, "log_group": log_group.name}},
            },
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _configuration(self, args: StreamArgs) -> aws.msk.Configuration:
        properties = {
            "auto.create.topics.enable": "false",
            "default.replication.factor": str(args.replication_factor),
            "min.insync.replicas": str(args.minimum_in_sync_replicas),
            "unclean.leader.election.enable": "false",
        }
        return aws.msk.Configuration(
            self._name,
            server_properties="\n".join(f"{key}={value}" for key, value in properties.items()),
            opts=self._child,
        )

    def _security_group(self, args: StreamArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name, description="Stream", vpc_id=args.vpc_id, tags={"Name": self._name}, opts=self._child
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-cluster",
            security_group_id=group.id,
            description="Kafka (SASL/IAM) from the cluster",
            ip_protocol="tcp",
            from_port=Port.KAFKA_SASL_IAM,
            to_port=Port.KAFKA_SASL_IAM,
            referenced_security_group_id=args.client_security_group_id,
            opts=self._child,
        )
        return group


def _widgets(whole: Dimensions, brokers: Sequence[Dimensions]) -> list[Widget]:
    lag = Search(
        namespace=_METRICS,
        name="SumOffsetLag",
        dimensions=["Cluster Name", "Consumer Group", "Topic"],
        where=whole,
        statistic="Maximum",
    )
    disk = [line for broker in brokers for line in lines(_METRICS, broker, {"KafkaDataLogsDiskUsed": "Maximum"})]
    leaders = {"ActiveControllerCount": "Maximum", "OfflinePartitionsCount": "Maximum"}
    return [
        Widget(title="Events that consumers have not taken", lines=[lag]),
        Widget(title="Brokers' disks, percent", lines=disk),
        Widget(title="Controllers, partitions without a leader", lines=lines(_METRICS, whole, leaders)),
    ]
