"""Who a process is: its service account, and the AWS role that only its pods take."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.connections import Connections, DatabaseConnection
from infra.components.workload.names import NAMESPACE, POOLED, Process, process_metadata, process_name
from infra.shared.arn import Account
from infra.shared.choices import DatabaseAuthentication
from infra.shared.iam import Statement
from infra.shared.roles import pod_identity

_REACH = ("kafka-cluster:Connect",)
_REACH_AND_WRITE_ONCE = (*_REACH, "kafka-cluster:WriteDataIdempotently")
_PRODUCE = ("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData")
_CONSUME = ("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData")
_JOIN_GROUP = ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup")


@dataclass(frozen=True, kw_only=True)
class PermissionsArgs:
    """Which process, in which cluster, with which platform around it."""

    process: Process
    account: Account
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    connections: Connections


class Permissions(pulumi.ComponentResource):
    """A service account with exactly the rights its process needs, by EKS Pod Identity."""

    ready: Sequence[pulumi.Resource]
    """What has to stand before the first pod: one that is admitted earlier never gets credentials."""

    def __init__(self, name: str, args: PermissionsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Permissions", name, None, opts)
        service_account = k8s.core.v1.ServiceAccount(
            name,
            metadata=process_metadata(args.process),
            automount_service_account_token=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        access = pod_identity(
            name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=process_name(args.process),
            rights=process_statements(args.process, args.connections, args.account),
            parent=self,
        )
        self.ready = [service_account, *access]
        self.register_outputs({})


def process_statements(process: Process, connections: Connections, account: Account) -> list[Statement]:
    """What one process may do."""
    database = [_read_secret(connections), _decrypt_secret(connections, account)]
    if connections.database.authentication is DatabaseAuthentication.IAM and process is not Process.ROLES:
        database = [_connect_database(process, connections, account)]
    match process:
        case Process.API:
            return [*database, _connect_cache(connections)]
        case Process.ROLES | Process.MIGRATE:
            return database
        case Process.RELAY:
            return [
                *database,
                _reach_stream(_REACH_AND_WRITE_ONCE, connections),
                _use_topics("ProduceOrderEvents", _PRODUCE, connections, [connections.stream.order_events_topic]),
            ]
        case Process.WEBHOOKS:
            return [
                *database,
                _reach_stream(_REACH, connections),
                _use_topics("ConsumeOrderEvents", _CONSUME, connections, [connections.stream.order_events_topic]),
                _join_groups(connections),
            ]
        case Process.CONSUMER:
            return [
                *database,
                _connect_cache(connections),
                _reach_stream(_REACH_AND_WRITE_ONCE, connections),
                *_consume(connections),
                _join_groups(connections),
                *_write_letters(connections),
                *_write_rows(connections),
            ]


def _connect_database(process: Process, connections: Connections, account: Account) -> Statement:
    database = connections.database
    name = database.migrator if process is Process.MIGRATE else database.user
    user = pulumi.Output.format("dbuser:{0}/{1}", _entrance(process, database), name)
    return Statement(
        sid="ConnectDatabase",
        actions=["rds-db:connect"],
        resources=[user.apply(lambda resource: account.arn("rds-db", resource))],
    )


def _entrance(process: Process, database: DatabaseConnection) -> pulumi.Input[str]:
    """What the process connects to, as IAM names it: the proxy where it goes through one, or the instance."""
    pooled = database.pooled_resource_id if process in POOLED else None
    return database.resource_id if pooled is None else pooled


def _read_secret(connections: Connections) -> Statement:
    return Statement(
        sid="ReadDatabaseSecret",
        actions=["secretsmanager:GetSecretValue"],
        resources=[connections.database.secret_arn],
    )


def _decrypt_secret(connections: Connections, account: Account) -> Statement:
    return Statement(
        sid="DecryptDatabaseSecret",
        actions=["kms:Decrypt"],
        resources=[connections.database.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{account.region}.amazonaws.com"}},
    )


def _connect_cache(connections: Connections) -> Statement:
    cache = connections.cache
    return Statement(sid="ConnectCache", actions=["elasticache:Connect"], resources=[cache.arn, cache.user_arn])


def _reach_stream(actions: Sequence[str], connections: Connections) -> Statement:
    return Statement(sid="ReachStream", actions=actions, resources=[connections.stream.arn])


def _consume(connections: Connections) -> list[Statement]:
    """Reads events and what comes again; writes what failed, and nothing else."""
    stream = connections.stream
    return [
        _use_topics("ConsumeOrderEvents", _CONSUME, connections, [stream.order_events_topic, *stream.retry_topics]),
        _use_topics("KeepFailures", _PRODUCE, connections, [*stream.retry_topics, stream.dead_letter_topic]),
    ]


def _use_topics(sid: str, actions: Sequence[str], connections: Connections, topics: Sequence[str]) -> Statement:
    return Statement(
        sid=sid, actions=actions, resources=[_within_stream(connections, "topic", topic) for topic in topics]
    )


def _join_groups(connections: Connections) -> Statement:
    return Statement(sid="JoinGroups", actions=_JOIN_GROUP, resources=[_within_stream(connections, "group", "*")])


def _write_letters(connections: Connections) -> list[Statement]:
    """In the service's own name only, to those whose address the user pool tells."""
    letters = connections.letters
    return [
        Statement(
            sid="WriteLetters",
            actions=["ses:SendEmail"],
            resources=[letters.identity_arn, letters.configuration_set_arn],
            conditions={"StringEquals": {"ses:FromAddress": letters.sender}},
        ),
        Statement(sid="FindAddresses", actions=["cognito-idp:AdminGetUser"], resources=[letters.user_pool_arn]),
    ]


def _write_rows(connections: Connections) -> list[Statement]:
    lake = connections.lake
    return (
        [Statement(sid="WriteRows", actions=["firehose:PutRecordBatch"], resources=[lake.stream_arn])] if lake else []
    )


def _within_stream(connections: Connections, kind: str, name: str) -> pulumi.Output[str]:
    """The ARN that MSK gives a topic or a consumer group of the cluster."""
    arn = pulumi.Output.from_input(connections.stream.arn)
    return arn.apply(lambda cluster_arn: f"{cluster_arn.replace(':cluster/', f':{kind}/')}/{name}")
