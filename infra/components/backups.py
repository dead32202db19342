"""Copies of the data that the data's own deletion does not reach: a locked vault, and the plan that fills it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, Comparison, MissingData, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel
from infra.shared.iam import ROLE_PATH, service_trust

_SERVICE = "backup.amazonaws.com"
_DAILY_AT_THREE = "cron(0 3 * * ? *)"
_START_WITHIN_MINUTES = 60
_COMPLETE_WITHIN_MINUTES = 300
_POLICIES = {
    "back-up": "service-role/AWSBackupServiceRolePolicyForBackup",
    "restore": "service-role/AWSBackupServiceRolePolicyForRestores",
}
_A_DAY_IN_SECONDS = 86_400
_ALARMS = (
    Alarm(
        name="failed",
        description="A backup did not come about: until the next one succeeds the newest copy is a day older",
        namespace="AWS/Backup",
        metric_name="NumberOfBackupJobsFailed",
        statistic="Sum",
        threshold=0,
        period_seconds=3600,
        evaluation_periods=1,
    ),
    Alarm(
        name="missing",
        description="A day went by without a backup: nothing failed, nothing was made",
        namespace="AWS/Backup",
        metric_name="NumberOfBackupJobsCompleted",
        statistic="Sum",
        comparison=Comparison.BELOW,
        threshold=1,
        period_seconds=_A_DAY_IN_SECONDS,
        evaluation_periods=1,
        missing_data=MissingData.BREACHING,
    ),
    Alarm(
        name="expired",
        description="A backup never started within its hour: the plan asks for more than AWS Backup got to",
        namespace="AWS/Backup",
        metric_name="NumberOfBackupJobsExpired",
        statistic="Sum",
        threshold=0,
        period_seconds=_A_DAY_IN_SECONDS,
        evaluation_periods=1,
    ),
)


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """What is copied every day, and for how long nobody can delete a copy."""

    account: Account
    resource_arns: Mapping[str, pulumi.Input[str]]
    """By a short name of each."""
    key_arn: pulumi.Input[str]
    retention_days: int
    """35 or more: a copy that continuous backup made lives 35 days at most, so this plan takes none of those."""
    changeable_for_days: int
    """How long the lock itself can still be taken off; 3 or more. After that nobody can, not even AWS."""
    alarm_topic_arn: pulumi.Input[str]


class Backups(pulumi.ComponentResource):
    """A vault that outlives `destroy` for as long as its copies do, a daily plan and the role that carries it out."""

    vault_name: pulumi.Output[str]
    panel: Panel

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:Backups", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        vault = aws.backup.Vault(name, kms_key_arn=args.key_arn, opts=self._child)
        lock = aws.backup.VaultLockConfiguration(
            name,
            backup_vault_name=vault.name,
            min_retention_days=args.retention_days,
            changeable_for_days=args.changeable_for_days,
            opts=self._child,
        )
        self._plan(args, vault, lock)
        dimensions = {"BackupVaultName": vault.name}
        self.panel = Panel(
            alarm_arns=raise_alarms(
                _ALARMS, name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
            )
        )
        self.vault_name = vault.name
        self.register_outputs({"vault_name": self.vault_name})

    def _plan(self, args: BackupsArgs, vault: aws.backup.Vault, lock: aws.backup.VaultLockConfiguration) -> None:
        plan = aws.backup.Plan(
            self._name,
            rules=[
                {
                    "rule_name": "daily",
                    "target_vault_name": vault.name,
                    "schedule": _DAILY_AT_THREE,
                    "start_window": _START_WITHIN_MINUTES,
                    "completion_window": _COMPLETE_WITHIN_MINUTES,
                    "lifecycle": {"delete_after": args.retention_days},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[lock]),
        )
        role = aws.iam.Role(
            self._name,
            path=ROLE_PATH,
            assume_role_policy=service_trust(_SERVICE, account_id=args.account.account_id),
            opts=self._child,
        )
        rights = [
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{right}",
                role=role.name,
                policy_arn=args.account.managed_policy_arn(policy),
                opts=self._child,
            )
            for right, policy in _POLICIES.items()
        ]
        for label, resource_arn in args.resource_arns.items():
            aws.backup.Selection(
                f"{self._name}-{label}",
                name=label,
                plan_id=plan.id,
                iam_role_arn=role.arn,
                resources=[resource_arn],
                opts=pulumi.ResourceOptions(parent=self, depends_on=rights),
            )
