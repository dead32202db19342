import pytest

from infra.components.audit_trail import DEEDS, AuditTrail, AuditTrailArgs, Deed
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = AuditTrailArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    trail_name="fortress-prod",
    key_arn="arn:key",
    access_log_bucket_name="logs",
    log_key_arn="arn:log-key",
    log_retention_days=365,
    object_retention_days=2555,
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: AuditTrail("audit", ARGS, opts))
TRAIL_ARN = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/fortress-prod"


def test_every_region_is_recorded_signed_and_with_what_is_done_to_objects() -> None:
    trail = GRAPH.one("aws:cloudtrail/trail:Trail").inputs
    assert trail["isMultiRegionTrail"] is trail["includeGlobalServiceEvents"] is trail["enableLogging"] is True
    assert trail["enableLogFileValidation"] is True
    (selector,) = trail["eventSelectors"]
    assert selector["readWriteType"] == "All"
    assert selector["dataResources"] == [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]


def test_the_trail_is_made_once_it_may_deliver_to_both() -> None:
    trail = GRAPH.one("aws:cloudtrail/trail:Trail")
    assert GRAPH.stands_on(trail, GRAPH.one("aws:s3/bucketPolicy:BucketPolicy"))
    assert GRAPH.stands_on(trail, GRAPH.one("aws:iam/rolePolicy:RolePolicy"))


def test_only_this_trail_and_this_accounts_config_write_to_the_bucket() -> None:
    statements = {
        each["Sid"]: each for each in GRAPH.one("aws:s3/bucketPolicy:BucketPolicy").json("policy")["Statement"]
    }
    assert statements["TrailDelivers"]["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL_ARN}}
    assert statements["ConfigDelivers"]["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert all(
        statements[sid]["Resource"][0].endswith("/AWSLogs/123456789012/*")
        for sid in ("TrailDelivers", "ConfigDelivers")
    )
    assert statements["OnlyOverTls"]["Effect"] == "Deny"


def test_the_record_is_under_its_own_key_and_says_who_reads_it() -> None:
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = GRAPH.one(kind).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:key"}
    logging = GRAPH.one("aws:s3/bucketLogging:BucketLogging").inputs
    assert (logging["targetBucket"], logging["targetPrefix"]) == ("logs", "objects/audit/")


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_a_deed_that_should_hardly_ever_be_is_counted_and_wakes_somebody(deed: Deed) -> None:
    counted = GRAPH.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", f"audit-{deed.name}")
    assert counted.inputs["pattern"] == deed.pattern
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"audit-{deed.name}")
    transformation = counted.inputs["metricTransformation"]
    assert (alarm.inputs["namespace"], alarm.inputs["metricName"]) == (
        transformation["namespace"],
        transformation["name"],
    )
    assert (alarm.inputs["threshold"], alarm.inputs["alarmActions"]) == (0, ["arn:topic"])
    assert GRAPH.stands_on(alarm, counted)
