"""Backup vaults and the plans that fill them."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_RULES = (
    "rules[].{RuleName: ruleName, TargetBackupVaultName: targetVaultName, ScheduleExpression: schedule,"
    " StartWindowMinutes: startWindow, CompletionWindowMinutes: completionWindow, RecoveryPointTags: recoveryPointTags,"
    " Lifecycle: lifecycle && {DeleteAfterDays: lifecycle.deleteAfter}}"
)
_PLAN = {"BackupPlan.BackupPlanName": "name", "BackupPlan.Rules": _RULES}

SERVICE = "backup"
HANDLERS = {
    "aws:backup/vault:Vault": Row(
        create=Call(operation="create_backup_vault", members={"EncryptionKeyArn": "kmsKeyArn"}),
        keys={"BackupVaultName": "name"},
        describe=Call(operation="describe_backup_vault", found="{Arn: BackupVaultArn}"),
        outputs={"arn": arn("backup", "backup-vault:{name}")},
        local="forceDestroy",
    ),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": Row(
        create=(_lock := Call(operation="put_backup_vault_lock_configuration")),
        keys={"BackupVaultName": "backupVaultName"},
        describe=Call(operation="describe_backup_vault", found="Locked && {Locked: Locked}"),
        update=(_lock,),
        delete=("delete_backup_vault_lock_configuration",),
    ),
    "aws:backup/plan:Plan": Row(
        create=Call(operation="create_backup_plan", members=_PLAN),
        keys={"BackupPlanId": "id"},
        describe=Call(operation="get_backup_plan", found="!DeletionDate && BackupPlan"),
        update=(Call(operation="update_backup_plan", members=_PLAN),),
        outputs={"version": "created.VersionId"},
    ),
    "aws:backup/selection:Selection": Row(
        create=Call(
            operation="create_backup_selection",
            members={"BackupSelection.SelectionName": "name", "BackupSelection.Resources": "resources"},
            into="BackupSelection",
            record={"SelectionId": "uuid"},
        ),
        keys={"SelectionId": "id", "BackupPlanId": "planId"},
    ),
}
