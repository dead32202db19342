import pytest

from infra.components.firewall import Firewall, FirewallArgs
from infra.shared.choices import FirewallMode
from infra.shared.firewall_rules import MANAGED_GROUPS
from tests.infra.recorder import Graph, record_component


def firewall(mode: FirewallMode = FirewallMode.BLOCK) -> Graph:
    args = FirewallArgs(
        region="eu-central-1",
        mode=mode,
        requests_per_five_minutes=2000,
        load_balancer_arn="arn:balancer",
        log_key_arn="arn:key",
        log_group_name="aws-waf-logs-fortress-dev",
        log_retention_days=14,
        alarm_topic_arn="arn:topic",
    )
    return record_component(lambda opts: Firewall("firewall", args, opts))


@pytest.mark.parametrize(
    ("mode", "group_override", "rate_action"),
    [(FirewallMode.COUNT, {"count": {}}, {"count": {}}), (FirewallMode.BLOCK, {"none": {}}, {"block": {}})],
)
def test_one_switch_turns_counting_into_blocking(
    mode: FirewallMode, group_override: dict[str, object], rate_action: dict[str, object]
) -> None:
    *groups, rate = firewall(mode).one("aws:wafv2/webAcl:WebAcl").inputs["rules"]
    assert [group["overrideAction"] for group in groups] == [group_override] * len(MANAGED_GROUPS)
    assert rate["action"] == rate_action


def test_rules_are_tried_in_order_and_each_has_its_metric() -> None:
    rules = firewall().one("aws:wafv2/webAcl:WebAcl").inputs["rules"]
    assert [rule["priority"] for rule in rules] == list(range(len(rules)))
    assert [rule["visibilityConfig"]["metricName"] for rule in rules] == [rule["name"] for rule in rules]


def test_an_address_that_asks_too_often_is_stopped() -> None:
    rate = firewall().one("aws:wafv2/webAcl:WebAcl").inputs["rules"][-1]
    assert rate["statement"]["rateBasedStatement"] == {
        "aggregateKeyType": "IP",
        "limit": 2000,
        "evaluationWindowSec": 300,
    }


def test_credentials_are_redacted_in_the_log() -> None:
    logging = firewall().one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").inputs
    assert [field["singleHeader"]["name"] for field in logging["redactedFields"]] == ["authorization", "cookie"]


def test_the_acl_stands_before_the_load_balancer() -> None:
    association = firewall().one("aws:wafv2/webAclAssociation:WebAclAssociation").inputs
    assert association["resourceArn"] == "arn:balancer"


def test_the_acl_is_watched_under_the_name_of_its_metric() -> None:
    graph = firewall()
    metric_name = graph.one("aws:wafv2/webAcl:WebAcl").inputs["visibilityConfig"]["metricName"]
    dimensions = graph.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs["dimensions"]
    assert dimensions == {"WebACL": metric_name, "Region": "eu-central-1", "Rule": "ALL"}
