import pytest

from infra.components.zone_signing import ZoneSigning, ZoneSigningArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component

KEY = "aws:kms/key:Key"
SIGNING_KEY = "aws:route53/keySigningKey:KeySigningKey"
SIGNED = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"


@pytest.fixture(scope="module")
def graph() -> Graph:
    args = ZoneSigningArgs(
        account=Account(account_id="123456789012", region="eu-central-1"),
        zone_id="Z1",
        zone_arn="arn:aws:route53:::hostedzone/Z1",
        signing_key_name="fortress_dev",
        deletion_window_days=30,
        alarm_topic_arn="arn:aws:sns:us-east-1:123456789012:alerts-virginia",
    )
    return record_component(lambda opts: ZoneSigning("domain-signing", args, opts))


def test_the_key_is_one_that_route_53_signs_with_in_the_region_where_it_looks(graph: Graph) -> None:
    key = graph.one(KEY).inputs
    assert (key["customerMasterKeySpec"], key["keyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert key["region"] == graph.one("aws:kms/alias:Alias").inputs["region"] == "us-east-1"
    assert key["deletionWindowInDays"] == 30
    assert "enableKeyRotation" not in key


def test_only_route_53_signs_and_only_for_this_zone(graph: Graph) -> None:
    administration, signs, grants = graph.one(KEY).json("policy")["Statement"]
    assert "kms:Sign" not in administration["Action"]
    assert signs["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
    assert signs["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnEquals": {"aws:SourceArn": "arn:aws:route53:::hostedzone/Z1"},
    }
    assert grants["Action"] == ["kms:CreateGrant"]
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    for statement in (signs, grants):
        assert statement["Principal"] == {"Service": ["dnssec-route53.amazonaws.com"]}


def test_signing_ends_before_its_key_goes_and_that_before_the_key_under_it(graph: Graph) -> None:
    signed, signing_key = graph.one(SIGNED), graph.one(SIGNING_KEY)
    assert signed.inputs == {"hostedZoneId": "Z1", "signingStatus": "SIGNING"}
    assert graph.stands_on(signed, signing_key)
    assert graph.stands_on(signing_key, graph.one(KEY))


def test_the_signing_key_has_a_name_that_route_53_takes(graph: Graph) -> None:
    assert graph.one(SIGNING_KEY).inputs["name"] == "fortress_dev"
    assert graph.one(SIGNING_KEY).inputs["status"] == "ACTIVE"


def test_what_the_parent_zone_has_to_hold_is_told(graph: Graph) -> None:
    (told,) = (outputs for urn, outputs in graph.outputs_of.items() if "ZoneSigning::" in urn)
    assert told == {"ds_record": "4711 13 2 D165"}


def test_its_alarms_stand_where_route_53_measures(graph: Graph) -> None:
    alarms = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert {alarm.inputs["metricName"] for alarm in alarms} == {
        "DNSSECInternalFailure",
        "DNSSECKeySigningKeysNeedingAction",
    }
    for alarm in alarms:
        assert alarm.inputs["region"] == "us-east-1"
        assert alarm.inputs["alarmActions"] == ["arn:aws:sns:us-east-1:123456789012:alerts-virginia"]
        assert alarm.inputs["dimensions"] == {"HostedZoneId": "Z1"}
