"""RDS Proxy: keeps connections warm through a failover, and takes and gives IAM tokens only."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.iam import Statement, service_trust
from infra.shared.ports import Port
from infra.shared.roles import role_with_rights

_IDLE_CLIENT_SECONDS = 1800
_MOST_CONNECTIONS_PERCENT = 80
"""Of the instance's own limit: the rest is for the relay and the Jobs, which go around the proxy."""
_BORROW_SECONDS = 5
_METRICS = "AWS/RDS"
_ALARMS = (
    Alarm(
        name="borrow-latency",
        description="Clients of the database's proxy wait for a connection: all of them are in use",
        namespace=_METRICS,
        metric_name="DatabaseConnectionsBorrowLatency",
        threshold=1_000_000,
    ),
)
"""The metric is in microseconds."""
_SHOWN = {
    "Proxy connections": {"ClientConnections": "Sum", "DatabaseConnections": "Sum"},
    "Proxy waits, microseconds": {"DatabaseConnectionsBorrowLatency": "Average"},
}
"""Statistics of metrics by title."""


@dataclass(frozen=True, kw_only=True)
class DatabaseProxyArgs:
    """Which database, for which user, from where."""

    account: Account
    database_identifier: pulumi.Input[str]
    database_resource_id: pulumi.Input[str]
    database_security_group_id: pulumi.Input[str]
    database_user: str
    """The one user that clients sign in as, and the proxy after them."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    alarm_topic_arn: pulumi.Input[str]


class DatabaseProxy(pulumi.ComponentResource):
    """A proxy before one instance, with no password on either side."""

    host: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """What IAM database authentication names the proxy by, such as `prx-0123`."""
    panel: Panel

    def __init__(self, name: str, args: DatabaseProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:DatabaseProxy", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        role, permission = self._role(args)
        proxy = aws.rds.Proxy(
            name,
            engine_family="POSTGRESQL",
            default_auth_scheme="IAM_AUTH",
            require_tls=True,
            role_arn=role.arn,
            vpc_subnet_ids=list(args.subnet_ids),
            vpc_security_group_ids=[self._security_group(args).id],
            idle_client_timeout=_IDLE_CLIENT_SECONDS,
            debug_logging=False,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        target = self._target(args, proxy)
        self.panel = self._watch(args, proxy)
        self.host = pulumi.Output.all(proxy.endpoint, target.id).apply(lambda known: known[0])
        self.resource_id = proxy.arn.apply(lambda arn: arn.rpartition(":")[2])
        self.register_outputs({"host": self.host, "resource_id": self.resource_id})

    def _target(self, args: DatabaseProxyArgs, proxy: aws.rds.Proxy) -> aws.rds.ProxyTarget:
        group = aws.rds.ProxyDefaultTargetGroup(
            self._name,
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": _MOST_CONNECTIONS_PERCENT,
                "max_idle_connections_percent": _MOST_CONNECTIONS_PERCENT // 2,
                "connection_borrow_timeout": _BORROW_SECONDS,
            },
            opts=self._child,
        )
        return aws.rds.ProxyTarget(
            self._name,
            db_proxy_name=proxy.name,
            target_group_name=group.name,
            db_instance_identifier=args.database_identifier,
            opts=self._child,
        )

    def _role(self, args: DatabaseProxyArgs) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        account = args.account
        user = pulumi.Output.format("dbuser:{0}/{1}", args.database_resource_id, args.database_user)
        connect = Statement(
            sid="ConnectDatabase",
            actions=["rds-db:connect"],
            resources=[user.apply(lambda resource: account.arn("rds-db", resource))],
        )
        trust = service_trust("rds.amazonaws.com", account_id=account.account_id)
        return role_with_rights(self._name, trust=trust, rights=[connect], parent=self)

    def _security_group(self, args: DatabaseProxyArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name,
            description="Database proxy",
            vpc_id=args.vpc_id,
            tags={"Name": self._name},
            opts=self._child,
        )
        port = {"ip_protocol": "tcp", "from_port": Port.POSTGRESQL, "to_port": Port.POSTGRESQL}
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-cluster",
            security_group_id=group.id,
            description="PostgreSQL from the cluster",
            referenced_security_group_id=args.client_security_group_id,
            opts=self._child,
            **port,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-database",
            security_group_id=group.id,
            description="PostgreSQL to the database",
            referenced_security_group_id=args.database_security_group_id,
            opts=self._child,
            **port,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-into-database",
            security_group_id=args.database_security_group_id,
            description="PostgreSQL from the proxy",
            referenced_security_group_id=group.id,
            opts=self._child,
            **port,
        )
        return group

    def _watch(self, args: DatabaseProxyArgs, proxy: aws.rds.Proxy) -> Panel:
        dimensions = {"ProxyName": proxy.name}
        return Panel(
            widgets=[Widget(title=title, lines=lines(_METRICS, dimensions, shown)) for title, shown in _SHOWN.items()],
            alarm_arns=raise_alarms(
                _ALARMS, self._name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
            ),
        )
