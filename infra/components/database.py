"""The database: RDS PostgreSQL, encrypted, with a password that only Secrets Manager knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, Comparison, raise_alarms
from infra.shared.arn import Account
from infra.shared.certificate_authority import CERTIFICATE_AUTHORITY
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.iam import ROLE_PATH, service_trust
from infra.shared.ports import Port

DATABASE_NAME = "orders"
_MASTER_USER = "orders_admin"
_LOGS = ("postgresql", "upgrade")
_PARAMETERS = {
    "rds.force_ssl": "1",
    "log_min_duration_statement": "500",
    "log_statement": "ddl",
    "log_lock_waits": "1",
    "idle_in_transaction_session_timeout": "60000",
    "statement_timeout": "30000",
}
_BYTES_PER_GIB = 1024**3
_METRICS = "AWS/RDS"
_ALARMS = (
    Alarm(
        name="cpu",
        description="The database is out of processor",
        namespace=_METRICS,
        metric_name="CPUUtilization",
        threshold=80,
    ),
    Alarm(
        name="storage",
        description="Less than 5 GiB of storage are free; autoscaling did not keep up or is at its limit",
        namespace=_METRICS,
        metric_name="FreeStorageSpace",
        comparison=Comparison.BELOW,
        threshold=5 * _BYTES_PER_GIB,
    ),
    Alarm(
        name="latency",
        description="Commits wait for storage longer than 20 ms",
        namespace=_METRICS,
        metric_name="WriteLatency",
        threshold=0.02,
    ),
)
_SHOWN = {
    "Database processor, percent": {"CPUUtilization": "Average"},
    "Database connections": {"DatabaseConnections": "Maximum"},
    "Database free storage, bytes": {"FreeStorageSpace": "Minimum"},
    "Database storage latency, seconds": {"ReadLatency": "Average", "WriteLatency": "Average"},
}
"""Statistics of metrics by title."""


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Size, safety and place of the database."""

    account: Account
    identifier: str
    """Fixed, because the log groups that have to exist first carry it."""
    engine_version: str
    parameter_family: str
    instance_class: str
    storage_gib: int
    largest_storage_gib: int
    """Where storage autoscaling ends."""
    storage_iops: int | None
    """Operations a second; None leaves what gp3 gives for its size."""
    storage_mebibytes_per_second: int | None
    """None leaves what gp3 gives for its size."""
    multi_az: bool
    backup_retention_days: int
    performance_insights: bool
    deletion_protection: bool
    """Also whether a final snapshot is taken and whether Pulumi protects the instance."""
    password_rotation_days: int
    """How often RDS changes the master password; 1 to 1000."""
    apply_immediately: bool
    """Whether changes that restart the database wait for the maintenance window."""
    backup_window: str | None
    """`hh:mm-hh:mm` in UTC; None leaves the hour to RDS, which takes one of the region's night."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class Database(pulumi.ComponentResource):
    """One PostgreSQL instance, with a standby in another zone where that is asked for."""

    host: pulumi.Output[str]
    port: pulumi.Output[int]
    endpoint: pulumi.Output[str]
    identifier: pulumi.Output[str]
    arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """What IAM database authentication names the instance by."""
    secret_arn: pulumi.Output[str]
    """The secret that RDS keeps the master password in and rotates."""
    panel: Panel

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:Database", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        log_groups = [self._log_group(log, args) for log in _LOGS]
        security_group = self._security_group(args)
        instance = self._instance(args, security_group, log_groups)
        dimensions = {"DBInstanceIdentifier": instance.identifier}
        self.panel = Panel(
            widgets=[Widget(title=title, lines=lines(_METRICS, dimensions, shown)) for title, shown in _SHOWN.items()],
            alarm_arns=raise_alarms(
                _ALARMS, name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
            ),
        )
        self.host = instance.address
        self.port = instance.port
        self.endpoint = instance.endpoint
        self.resource_id = instance.resource_id
        self.identifier = instance.identifier
        self.arn = instance.arn
        self.security_group_id = security_group.id
        self.secret_arn = instance.master_user_secrets[0].secret_arn
        self._rotate_password(args)
        self.register_outputs(
            {
                "host": self.host,
                "port": self.port,
                "endpoint": self.endpoint,
                "identifier": self.identifier,
                "arn": self.arn,
                "security_group_id": self.security_group_id,
                "resource_id": self.resource_id,
                "secret_arn": self.secret_arn,
            }
        )

    def _rotate_password(self, args: DatabaseArgs) -> None:
        """Set the schedule of RDS's own secret, which cannot be unset: it goes with the instance."""
        aws.secretsmanager.SecretRotation(
            self._name,
            secret_id=self.secret_arn,
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": args.password_rotation_days},
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )

    def _log_group(self, log: str, args: DatabaseArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{log}",
            name=f"/aws/rds/instance/{args.identifier}/{log}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )

    def _instance(
        self,
        args: DatabaseArgs,
        security_group: aws.ec2.SecurityGroup,
        log_groups: Sequence[aws.cloudwatch.LogGroup],
    ) -> aws.rds.Instance:
        monitoring_role, monitoring_policy = self._monitoring_role(args.account)
        parameters = [
            aws.rds.ParameterGroupParameterArgs(name=parameter, value=value, apply_method="immediate")
            for parameter, value in _PARAMETERS.items()
        ]
        return aws.rds.Instance(
            self._name,
            identifier=args.identifier,
            engine="postgres",
            engine_version=args.engine_version,
            engine_lifecycle_support="open-source-rds-extended-support-disabled",
            auto_minor_version_upgrade=True,
            instance_class=args.instance_class,
            db_name=DATABASE_NAME,
            port=Port.POSTGRESQL,
            username=_MASTER_USER,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            parameter_group_name=aws.rds.ParameterGroup(
                self._name, family=args.parameter_family, parameters=parameters, opts=self._child
            ).name,
            storage_type="gp3",
            allocated_storage=args.storage_gib,
            max_allocated_storage=args.largest_storage_gib,
            iops=args.storage_iops,
            storage_throughput=args.storage_mebibytes_per_second,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            multi_az=args.multi_az,
            db_subnet_group_name=aws.rds.SubnetGroup(
                self._name, subnet_ids=list(args.subnet_ids), opts=self._child
            ).name,
            vpc_security_group_ids=[security_group.id],
            publicly_accessible=False,
            ca_cert_identifier=CERTIFICATE_AUTHORITY,
            backup_retention_period=args.backup_retention_days,
            backup_window=args.backup_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.deletion_protection,
            deletion_protection=args.deletion_protection,
            skip_final_snapshot=not args.deletion_protection,
            final_snapshot_identifier=f"{args.identifier}-final" if args.deletion_protection else None,
            performance_insights_enabled=args.performance_insights,
            performance_insights_kms_key_id=args.key_arn if args.performance_insights else None,
            monitoring_interval=60,
            monitoring_role_arn=monitoring_role.arn,
            enabled_cloudwatch_logs_exports=list(_LOGS),
            apply_immediately=args.apply_immediately,
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.deletion_protection, depends_on=[*log_groups, monitoring_policy]
            ),
        )

    def _monitoring_role(self, account: Account) -> tuple[aws.iam.Role, aws.iam.RolePolicyAttachment]:
        role = aws.iam.Role(
            f"{self._name}-monitoring",
            path=ROLE_PATH,
            assume_role_policy=service_trust("monitoring.rds.amazonaws.com", account_id=account.account_id),
            opts=self._child,
        )
        attachment = aws.iam.RolePolicyAttachment(
            f"{self._name}-monitoring",
            role=role.name,
            policy_arn=account.managed_policy_arn("service-role/AmazonRDSEnhancedMonitoringRole"),
            opts=self._child,
        )
        return role, attachment

    def _security_group(self, args: DatabaseArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name, description="Database", vpc_id=args.vpc_id, tags={"Name": self._name}, opts=self._child
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-cluster",
            security_group_id=group.id,
            description="PostgreSQL from the cluster",
            ip_protocol="tcp",
            from_port=Port.POSTGRESQL,
            to_port=Port.POSTGRESQL,
            referenced_security_group_id=args.client_security_group_id,
            opts=self._child,
        )
        return group
