from typing import Any

import pytest

from infra.components.database import Database, DatabaseArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component


def database(**changes: Any) -> Graph:
    arguments: dict[str, Any] = {
        "account": Account(account_id="123456789012", region="eu-central-1"),
        "identifier": "fortress-dev",
        "engine_version": "18",
        "parameter_family": "postgres18",
        "instance_class": "db.t4g.medium",
        "storage_gib": 20,
        "largest_storage_gib": 100,
        "storage_iops": None,
        "storage_mebibytes_per_second": None,
        "multi_az": False,
        "backup_retention_days": 14,
        "performance_insights": True,
        "deletion_protection": False,
        "apply_immediately": True,
        "password_rotation_days": 7,
        "backup_window": None,
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "client_security_group_id": "sg-cluster",
        "key_arn": "arn:key:database",
        "log_key_arn": "arn:key:telemetry",
        "log_retention_days": 14,
        "alarm_topic_arn": "arn:topic",
    }
    return record_component(lambda opts: Database("database", DatabaseArgs(**arguments | changes), opts))


GRAPH = database()
INSTANCE = GRAPH.one("aws:rds/instance:Instance")


def test_the_password_is_aws_own_secret_under_our_key() -> None:
    assert INSTANCE.inputs["manageMasterUserPassword"] is True
    assert INSTANCE.inputs["masterUserSecretKmsKeyId"] == "arn:key:database"
    assert INSTANCE.inputs["iamDatabaseAuthenticationEnabled"] is True
    assert not {"password", "passwordWo"} & set(INSTANCE.inputs)


def test_the_password_changes_on_a_schedule_and_not_at_once() -> None:
    rotation = GRAPH.one("aws:secretsmanager/secretRotation:SecretRotation").inputs
    assert rotation["secretId"] == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1"
    assert rotation["rotationRules"] == {"automaticallyAfterDays": 7}
    assert rotation["rotateImmediately"] is False


def test_speed_of_storage_is_asked_for_only_where_it_is_given() -> None:
    assert not {"iops", "storageThroughput"} & set(INSTANCE.inputs)
    fast = database(storage_gib=400, largest_storage_gib=800, storage_iops=20_000, storage_mebibytes_per_second=1000)
    inputs = fast.one("aws:rds/instance:Instance").inputs
    assert (inputs["iops"], inputs["storageThroughput"]) == (20_000, 1000)


def test_data_is_encrypted_private_and_on_storage_that_grows() -> None:
    assert INSTANCE.inputs["storageEncrypted"] is True
    assert INSTANCE.inputs["kmsKeyId"] == "arn:key:database"
    assert INSTANCE.inputs["publiclyAccessible"] is False
    assert (INSTANCE.inputs["storageType"], INSTANCE.inputs["maxAllocatedStorage"]) == ("gp3", 100)


def test_connections_are_encrypted_and_schema_changes_logged() -> None:
    group = GRAPH.one("aws:rds/parameterGroup:ParameterGroup").inputs
    parameters = {parameter["name"]: parameter["value"] for parameter in group["parameters"]}
    assert group["family"] == "postgres18"
    assert parameters["rds.force_ssl"] == "1"
    assert parameters["log_statement"] == "ddl"


@pytest.mark.parametrize("log", ["postgresql", "upgrade"])
def test_each_exported_log_has_its_group_first(log: str) -> None:
    group = GRAPH.one("aws:cloudwatch/logGroup:LogGroup", f"database-{log}")
    assert group.inputs["name"] == f"/aws/rds/instance/fortress-dev/{log}"
    assert log in INSTANCE.inputs["enabledCloudwatchLogsExports"]
    assert GRAPH.stands_on(INSTANCE, group)


def test_only_the_cluster_reaches_it() -> None:
    (rule,) = GRAPH.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-cluster"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (5432, 5432)
    assert "cidrIpv4" not in rule.inputs


def test_what_may_be_lost_goes_quickly() -> None:
    assert INSTANCE.protect is False
    assert INSTANCE.inputs["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in INSTANCE.inputs


def test_what_must_not_be_lost_is_protected_three_times() -> None:
    instance = database(deletion_protection=True).one("aws:rds/instance:Instance")
    assert instance.protect is True
    assert instance.inputs["deletionProtection"] is True
    assert instance.inputs["finalSnapshotIdentifier"] == "fortress-dev-final"
    assert instance.inputs["skipFinalSnapshot"] is False
    assert instance.inputs["deleteAutomatedBackups"] is False


def test_insights_cost_nothing_where_they_are_off() -> None:
    inputs = database(performance_insights=False).one("aws:rds/instance:Instance").inputs
    assert inputs["performanceInsightsEnabled"] is False
    assert "performanceInsightsKmsKeyId" not in inputs


def test_it_is_watched() -> None:
    alarms = GRAPH.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert {alarm.name for alarm in alarms} == {"database-cpu", "database-storage", "database-latency"}
    assert {alarm.inputs["dimensions"]["DBInstanceIdentifier"] for alarm in alarms} == {"fortress-dev"}


def test_copies_are_made_in_the_hours_that_it_is_told_or_in_those_of_rds() -> None:
    assert "backupWindow" not in INSTANCE.inputs
    told = database(backup_window="12:00-12:30").one("aws:rds/instance:Instance")
    assert told.inputs["backupWindow"] == "12:00-12:30"
