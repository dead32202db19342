"""The cache: ElastiCache for Valkey, over TLS only, entered by IAM and by no password."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.ports import Port

_ENGINE = "valkey"
_ACCESS = "on ~products:* resetchannels -@all +@read +@write +@connection +info"
"""What the service's user may do: read and write its own keys, and ask who is primary; nothing else."""
_PARAMETERS = {"maxmemory-policy": "allkeys-lfu"}
_LOGS = ("engine-log", "slow-log")
_METRICS = "AWS/ElastiCache"
_ALARMS = (
    Alarm(
        name="memory",
        description="The cache is nearly full and evicts",
        namespace=_METRICS,
        metric_name="DatabaseMemoryUsagePercentage",
        threshold=90,
    ),
    Alarm(
        name="cpu",
        description="The cache's one command thread is busy",
        namespace=_METRICS,
        metric_name="EngineCPUUtilization",
        threshold=80,
    ),
)
"""For each node: ElastiCache measures nodes, which it numbers, not groups.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""
_SHOWN = {
    "Cache engine's processor, percent": {"EngineCPUUtilization": "Average"},
    "Cache memory, percent": {"DatabaseMemoryUsagePercentage": "Average"},
    "Cache evictions": {"Evictions": "Sum"},
    "Cache hits and misses": {"CacheHits": "Sum", "CacheMisses": "Sum"},
}
"""Statistics of metrics by title."""


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """Size, safety and place of the cache."""

    engine_version: str
    parameter_family: str
    node_type: str
    node_count: int
    """The primary and its replicas; two or more fail over by themselves."""
    multi_az: bool
    snapshot_retention_days: int
    """0 takes no snapshot: a cache may be lost."""
    apply_immediately: bool
    user_name: str
    """User name and user id at once: IAM authentication asks for both to be the same."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class Cache(pulumi.ComponentResource):
    """One replication group without shards."""

    host: pulumi.Output[str]
    port: pulumi.Output[int]
    name: pulumi.Output[str]
    """The replication group's id, which a token for IAM authentication is signed for."""
    arn: pulumi.Output[str]
    user_name: str
    user_arn: pulumi.Output[str]
    panel: Panel

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:Cache", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        user = self._user(args)
        group = self._replication_group(args, user)
        self.panel = self._watch(args, group)
        self.host = group.primary_endpoint_address
        self.port = group.port.apply(lambda port: port or int(Port.VALKEY))
        self.name = group.replication_group_id
        self.arn = group.arn
        self.user_name = args.user_name
        self.user_arn = user.arn
        self.register_outputs(
            {"host": self.host, "port": self.port, "name": self.name, "arn": self.arn, "user_arn": self.user_arn}
        )

    def _watch(self, args: CacheArgs, group: aws.elasticache.ReplicationGroup) -> Panel:
        group_id = group.replication_group_id
        nodes = [
            {"CacheClusterId": pulumi.Output.concat(group_id, f"-{number:03}")}
            for number in range(1, args.node_count + 1)
        ]
        arns: list[pulumi.Output[str]] = []
        for number, node in enumerate(nodes, start=1):
            arns += raise_alarms(
                _ALARMS, self._name, dimensions=node, topic_arn=args.alarm_topic_arn, opts=self._child, number=number
            )
        return Panel(
            widgets=[
                Widget(title=title, lines=[line for node in nodes for line in lines(_METRICS, node, shown)])
                for title, shown in _SHOWN.items()
            ],
            alarm_arns=arns,
        )

    def _user(self, args: CacheArgs) -> aws.elasticache.User:
        return aws.elasticache.User(
            self._name,
            user_id=args.user_name,
            user_name=args.user_name,
            engine=_ENGINE,
            access_string=_ACCESS,
            authentication_mode={"type": "iam"},
            opts=self._child,
        )

    def _replication_group(self, args: CacheArgs, user: aws.elasticache.User) -> aws.elasticache.ReplicationGroup:
        user_group = aws.elasticache.UserGroup(
            self._name,
            user_group_id=f"{args.user_name}-group",
            engine=_ENGINE,
            user_ids=[user.user_id],
            opts=self._child,
        )
        subnet_group = aws.elasticache.SubnetGroup(self._name, subnet_ids=list(args.subnet_ids), opts=self._child)
        parameter_group = aws.elasticache.ParameterGroup(
            self._name,
            family=args.parameter_family,
            parameters=[{"name": name, "value": value} for name, value in _PARAMETERS.items()],
            opts=self._child,
        )
        return aws.elasticache.ReplicationGroup(
            self._name,
            description="Fortress cache",
            engine=_ENGINE,
            engine_version=args.engine_version,
            node_type=args.node_type,
            num_cache_clusters=args.node_count,
            automatic_failover_enabled=args.node_count > 1,
            multi_az_enabled=args.multi_az,
            port=Port.VALKEY,
            parameter_group_name=parameter_group.name,
            subnet_group_name=subnet_group.name,
            security_group_ids=[self._security_group(args).id],
            user_group_ids=[user_group.user_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=args.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            snapshot_retention_limit=args.snapshot_retention_days,
            auto_minor_version_upgrade=True,
            apply_immediately=args.apply_immediately,
            log_delivery_configurations=[self._log_delivery(log, args) for log in _LOGS],
            opts=self._child,
        )

    def _log_delivery(self, log: str, args: CacheArgs) -> aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs:
        log_group = aws.cloudwatch.LogGroup(
            f"{self._name}-{log}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        return aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
            destination=log_group.name, destination_type="cloudwatch-logs", log_format="json", log_type=log
        )

    def _security_group(self, args: CacheArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name, description="Cache", vpc_id=args.vpc_id, tags={"Name": self._name}, opts=self._child
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-cluster",
            security_group_id=group.id,
            description="Valkey from the cluster",
            ip_protocol="tcp",
            from_port=Port.VALKEY,
            to_port=Port.VALKEY,
            referenced_security_group_id=args.client_security_group_id,
            opts=self._child,
        )
        return group
