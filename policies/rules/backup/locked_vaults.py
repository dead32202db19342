"""BKP-01: backup vaults are encrypted, kept by destroy and locked."""

from policies.checks import at_least, differs, every_of, own_key, where
from policies.controls import BACKUP, ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.values import Properties


def is_lock(properties: Properties) -> bool:
    """Whether it is the lock of a vault."""
    return "backupVaultName" in properties


def is_vault(properties: Properties) -> bool:
    """Whether it is the vault itself."""
    return not is_lock(properties)


RULE = Rule(
    id="BKP-01",
    severity=Severity.MEDIUM,
    title="Backup vaults are encrypted, kept by destroy and locked",
    rationale="Ransom begins with the backups.",
    fix=("Set `kmsKeyArn`, leave `forceDestroy` out, and set `minRetentionDays` and `changeableForDays` on the lock."),
    types=(
        "aws:backup/vault:Vault",
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    ),
    controls=controls(BACKUP, ENCRYPTION_AT_REST, hub=("Backup.1",)),
    link=security_hub("Backup.1"),
    parameters={"minimum_days": Parameter(default=35, description="How long a locked vault keeps what it holds.")},
    checks=(
        where(is_vault, every_of(own_key("kmsKeyArn"), differs("forceDestroy", True))),
        where(is_lock, at_least("minRetentionDays", "minimum_days")),
    ),
)
