from infra.components.backups import Backups, BackupsArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = BackupsArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    resource_arns={"database": "arn:database"},
    key_arn="arn:key",
    retention_days=35,
    changeable_for_days=7,
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: Backups("backups", ARGS, opts))


def test_the_vault_is_under_its_own_key_and_destroy_does_not_empty_it() -> None:
    assert GRAPH.one("aws:backup/vault:Vault").inputs == {"kmsKeyArn": "arn:key"}


def test_nobody_deletes_a_copy_before_its_time_once_the_lock_has_set() -> None:
    lock = GRAPH.one("aws:backup/vaultLockConfiguration:VaultLockConfiguration").inputs
    assert (lock["minRetentionDays"], lock["changeableForDays"]) == (35, 7)


def test_a_copy_is_made_every_day_into_the_locked_vault() -> None:
    plan = GRAPH.one("aws:backup/plan:Plan")
    (rule,) = plan.inputs["rules"]
    assert rule["lifecycle"] == {"deleteAfter": 35}
    assert rule["schedule"] == "cron(0 3 * * ? *)"
    assert rule["startWindow"] < rule["completionWindow"]
    assert GRAPH.stands_on(plan, GRAPH.one("aws:backup/vaultLockConfiguration:VaultLockConfiguration"))


def test_the_plan_picks_exactly_what_it_is_given_once_its_role_may() -> None:
    selection = GRAPH.one("aws:backup/selection:Selection", "backups-database")
    assert selection.inputs["resources"] == ["arn:database"]
    rights = GRAPH.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert len(rights) == 2
    assert all(GRAPH.stands_on(selection, right) for right in rights)


def test_a_copy_that_did_not_come_about_is_heard_of() -> None:
    alarms = {alarm.inputs["metricName"]: alarm.inputs for alarm in GRAPH if "metricAlarm" in alarm.type}
    completed = alarms.pop("NumberOfBackupJobsCompleted")
    assert (completed["comparisonOperator"], completed["threshold"]) == ("LessThanThreshold", 1)
    assert completed["treatMissingData"] == "breaching"
    assert set(alarms) == {"NumberOfBackupJobsExpired", "NumberOfBackupJobsFailed"}
    assert all(alarm["dimensions"] == {"BackupVaultName": "backups"} for alarm in alarms.values())
