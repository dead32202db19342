from infra.components.alerts import Alerts, AlertsArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = AlertsArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    key_arn="arn:key",
    email_addresses={"platform": "platform@example.com"},
)
GRAPH = record_component(lambda opts: Alerts("alerts", ARGS, opts))


def test_somebody_hears_of_them() -> None:
    subscription = GRAPH.one("aws:sns/topicSubscription:TopicSubscription", "alerts-platform").inputs
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "platform@example.com")


def test_the_topic_is_encrypted() -> None:
    assert GRAPH.one("aws:sns/topic:Topic").inputs == {"kmsMasterKeyId": "arn:key"}


def test_only_alarms_and_alerts_of_this_account_publish_and_only_over_tls() -> None:
    publish, tell, refuse = GRAPH.one("aws:sns/topicPolicy:TopicPolicy").json("policy")["Statement"]
    assert publish["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]}
    assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert tell["Principal"] == {"Service": ["aps.amazonaws.com"]}
    assert tell["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:aps:eu-central-1:123456789012:workspace/*"},
    }
    assert refuse["Effect"] == "Deny"
    assert refuse["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
