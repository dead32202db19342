from infra.components.spending import Spending, SpendingArgs
from tests.infra.recorder import record_component

ADDRESSES = ["platform@example.com", "pager@example.com"]
ARGS = SpendingArgs(
    monthly_limit_usd=900,
    anomaly_impact_usd=50,
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
