import json

from infra.components.guard_rails import GuardRails, GuardRailsArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = GuardRailsArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    bucket_name="audit",
    bucket_key_arn="arn:key",
    findings_log_group_name="/aws/events/fortress-prod-findings",
    log_key_arn="arn:log-key",
    log_retention_days=365,
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: GuardRails("guard-rails", ARGS, opts))


def test_the_detector_looks_at_kubernetes_databases_objects_and_volumes() -> None:
    features = GRAPH.of_type("aws:guardduty/detectorFeature:DetectorFeature")
    assert {feature.inputs["name"] for feature in features} == {
        "EBS_MALWARE_PROTECTION",
        "EKS_AUDIT_LOGS",
        "RDS_LOGIN_EVENTS",
        "S3_DATA_EVENTS",
    }
    assert {feature.inputs["status"] for feature in features} == {"ENABLED"}


def test_a_grave_finding_is_kept_and_raises_an_alarm() -> None:
    rule = GRAPH.one("aws:cloudwatch/eventRule:EventRule")
    assert json.loads(rule.inputs["eventPattern"])["detail"] == {"severity": [{"numeric": [">=", 7]}]}
    target = GRAPH.one("aws:cloudwatch/eventTarget:EventTarget")
    assert GRAPH.stands_on(target, GRAPH.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy"))
    assert target.inputs["arn"].endswith("guard-rails-findings")
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    assert (alarm["metricName"], alarm["dimensions"]) == ("MatchedEvents", {"RuleName": "guard-rails-grave"})
    assert alarm["alarmActions"] == ["arn:topic"]


def test_recording_begins_once_it_has_somewhere_to_deliver_to() -> None:
    status = GRAPH.one("aws:cfg/recorderStatus:RecorderStatus")
    channel = GRAPH.one("aws:cfg/deliveryChannel:DeliveryChannel")
    recorder = GRAPH.one("aws:cfg/recorder:Recorder")
    assert GRAPH.stands_on(status, channel)
    assert GRAPH.stands_on(channel, recorder)
    assert recorder.inputs["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert (channel.inputs["s3BucketName"], channel.inputs["s3KmsKeyArn"]) == ("audit", "arn:key")


def test_the_account_is_judged_by_two_standards_over_what_is_recorded() -> None:
    hub = GRAPH.one("aws:securityhub/account:Account")
    assert GRAPH.stands_on(hub, GRAPH.one("aws:cfg/recorderStatus:RecorderStatus"))
    standards = GRAPH.of_type("aws:securityhub/standardsSubscription:StandardsSubscription")
    assert {standard.inputs["standardsArn"] for standard in standards} == {
        "arn:aws:securityhub:eu-central-1::standards/aws-foundational-security-best-practices/v/1.0.0",
        "arn:aws:securityhub:eu-central-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
    }
    assert all(GRAPH.stands_on(standard, hub) for standard in standards)
