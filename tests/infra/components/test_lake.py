from typing import Any

import pytest

from infra.components.lake import COLUMNS, TABLE, Lake, LakeArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component

STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def lake(**changes: Any) -> Graph:
    args = {
        "account": Account(account_id="123456789012", region="eu-central-1"),
        "stream_name": "fortress-dev-order-events",
        "database_name": "fortress_dev",
        "workgroup_name": "fortress-dev",
        "buffer_seconds": 300,
        "retention_days": 30,
        "query_limit_mebibytes": 1024,
        "key_arn": "key-lake",
        "log_key_arn": "key-telemetry",
        "log_retention_days": 14,
        "access_log_bucket_name": "logs",
        "force_destroy": False,
        "reader_role": False,
        "alarm_topic_arn": "topic-alerts",
    }
    return record_component(lambda opts: Lake("lake", LakeArgs(**args | changes), opts))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return lake()


def destination(graph: Graph) -> dict[str, Any]:
    return graph.one(STREAM).inputs["extendedS3Configuration"]


def test_rows_become_parquet_by_the_columns_of_the_table(graph: Graph) -> None:
    conversion = destination(graph)["dataFormatConversionConfiguration"]
    assert conversion["outputFormatConfiguration"] == {"serializer": {"parquetSerDe": {"compression": "SNAPPY"}}}
    assert conversion["schemaConfiguration"]["databaseName"] == "fortress_dev"
    assert conversion["schemaConfiguration"]["tableName"] == TABLE
    table = graph.one("aws:glue/catalogTable:CatalogTable").inputs
    assert {each["name"]: each["type"] for each in table["storageDescriptor"]["columns"]} == COLUMNS


def test_a_row_lies_under_the_day_of_its_event_where_the_table_looks_for_it(graph: Graph) -> None:
    assert destination(graph)["prefix"] == f"{TABLE}/day=!{{partitionKeyFromQuery:day}}/"
    (processor,) = destination(graph)["processingConfiguration"]["processors"]
    assert processor["parameters"][0]["parameterValue"] == "{day: .at[0:10]}"
    table = graph.one("aws:glue/catalogTable:CatalogTable").inputs
    assert table["parameters"]["storage.location.template"].endswith(f"/{TABLE}/day=${{day}}/")
    assert table["parameters"]["projection.day.range"].endswith(",NOW")
    assert table["partitionKeys"] == [{"name": "day", "type": "string"}]


def test_what_waits_and_what_lies_is_encrypted_under_the_lakes_key(graph: Graph) -> None:
    assert graph.one(STREAM).inputs["serverSideEncryption"]["keyArn"] == "key-lake"
    rules = [
        each.inputs["rules"][0]
        for each in graph.of_type(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
        )
    ]
    assert [each["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] for each in rules] == ["key-lake"] * 2


def test_a_query_has_a_limit_that_nobody_goes_around(graph: Graph) -> None:
    configuration = graph.one("aws:athena/workgroup:Workgroup").inputs["configuration"]
    assert configuration["enforceWorkgroupConfiguration"] is True
    assert configuration["bytesScannedCutoffPerQuery"] == 1024 * 1024**2
    assert configuration["resultConfiguration"]["encryptionConfiguration"]["encryptionOption"] == "SSE_KMS"


def test_the_stream_may_write_rows_and_read_columns_and_nothing_else(graph: Graph) -> None:
    statements = graph.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    assert {action.partition(":")[0] for each in statements for action in each["Action"]} == {
        "s3",
        "kms",
        "glue",
        "logs",
    }
    assert not [each for each in statements if "*" in each["Resource"]]
    trust = graph.one("aws:iam/role:Role").json("assumeRolePolicy")["Statement"][0]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_the_stream_waits_for_its_rights(graph: Graph) -> None:
    assert graph.stands_on(graph.one(STREAM), graph.one("aws:iam/rolePolicy:RolePolicy"))


def test_rows_that_wait_or_fit_no_column_are_told_of(graph: Graph) -> None:
    alarms = {each.name: each.inputs for each in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms["lake-freshness"]["metricName"] == "DeliveryToS3.DataFreshness"
    assert alarms["lake-freshness"]["threshold"] == 900
    assert set(alarms) == {"lake-freshness", "lake-conversion", "lake-throttled"}
    assert all(each["alarmActions"] == ["topic-alerts"] for each in alarms.values())


@pytest.mark.parametrize("forced", [True, False])
def test_data_decides_whether_destroy_takes_the_rows_along(forced: bool) -> None:
    graph = lake(force_destroy=forced)
    assert {each.inputs["forceDestroy"] for each in graph.of_type("aws:s3/bucket:Bucket")} == {forced}
    assert graph.one("aws:athena/workgroup:Workgroup").inputs["forceDestroy"] is forced


def test_people_ask_by_a_role_that_changes_nothing_and_only_where_that_is_wanted(graph: Graph) -> None:
    assert [role.name for role in graph.of_type("aws:iam/role:Role")] == ["lake"]
    asked = lake(reader_role=True)
    (trust,) = asked.one("aws:iam/role:Role", "lake-reader").json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"AWS": ["arn:aws:iam::123456789012:root"]}
    statements = asked.one("aws:iam/rolePolicy:RolePolicy", "lake-reader").json("policy")["Statement"]
    by_id = {statement["Sid"]: statement for statement in statements}
    assert by_id["AskWithinTheWorkgroup"]["Resource"] == ["arn:aws:athena:eu-central-1:123456789012:workgroup/lake"]
    assert by_id["ReadRows"] == {
        "Sid": "ReadRows",
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::lake/{TABLE}/*"],
    }
    writing = {action for statement in statements for action in statement["Action"] if "Put" in action}
    assert writing == {"s3:PutObject"}
    assert by_id["KeepResults"]["Resource"] == ["arn:aws:s3:::lake-results/*"]
