from dataclasses import replace

import pytest

from infra.components.spending import Spending, SpendingArgs
from infra.config import ConfigurationError, parse_settings
from tests.infra.program import as_pulumi_hands_over, stack_values
from tests.infra.recorder import record_component

MONITOR = "arn:aws:ce::123456789012:anomalymonitor/11111111-2222-3333-4444-555555555555"

ADDRESSES = ["platform@example.com", "pager@example.com"]
ARGS = SpendingArgs(
    monthly_limit_usd=900,
    anomaly_impact_usd=50,
    anomaly_monitor_arn=None,
    email_addresses={"platform": ADDRESSES[0], "pager": ADDRESSES[1]},
)
GRAPH = record_component(lambda opts: Spending("spending", ARGS, opts))


def test_everybody_hears_when_most_is_spent_and_when_the_month_will_cost_more() -> None:
    budget = GRAPH.one("aws:budgets/budget:Budget").inputs
    assert (budget["limitAmount"], budget["limitUnit"], budget["timeUnit"]) == ("900", "USD", "MONTHLY")
    told = {each["notificationType"]: each for each in budget["notifications"]}
    assert told["ACTUAL"]["threshold"] == 80
    assert told["FORECASTED"]["threshold"] == 100
    assert all(each["subscriberEmailAddresses"] == ADDRESSES for each in told.values())


def test_a_service_that_suddenly_costs_more_is_heard_of_from_the_given_sum_on() -> None:
    subscription = GRAPH.one("aws:costexplorer/anomalySubscription:AnomalySubscription")
    assert subscription.inputs["thresholdExpression"]["dimension"]["values"] == ["50"]
    assert [each["address"] for each in subscription.inputs["subscribers"]] == ADDRESSES
    assert GRAPH.stands_on(subscription, GRAPH.one("aws:costexplorer/anomalyMonitor:AnomalyMonitor"))


def test_an_account_that_is_watched_already_is_not_watched_twice() -> None:
    args = replace(ARGS, anomaly_monitor_arn=MONITOR)
    graph = record_component(lambda opts: Spending("spending", args, opts))
    assert graph.of_type("aws:costexplorer/anomalyMonitor:AnomalyMonitor") == []
    subscription = graph.one("aws:costexplorer/anomalySubscription:AnomalySubscription").inputs
    assert subscription["monitorArnLists"] == [MONITOR]


def test_what_watches_is_named_by_its_arn() -> None:
    values = stack_values("dev")
    values["spending"] = {**values["spending"], "anomaly_monitor_arn": MONITOR}
    assert parse_settings(as_pulumi_hands_over(values)).spending.anomaly_monitor_arn == MONITOR
    values["spending"] = {**values["spending"], "anomaly_monitor_arn": "Default-Services-Monitor"}
    with pytest.raises(ConfigurationError, match=r"spending\.anomaly_monitor_arn"):
        parse_settings(as_pulumi_hands_over(values))
