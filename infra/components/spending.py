"""What the stack may cost, and who hears when it is about to cost more."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_FORECAST_PERCENT = 100
_ACTUAL_PERCENT = 80


@dataclass(frozen=True, kw_only=True)
class SpendingArgs:
    """The limits, and who is told. AWS sends these by e-mail of its own, so that a broken topic hides no bill."""

    monthly_limit_usd: int
    anomaly_impact_usd: int
    """What a day's surprise has to cost before anybody is told."""
    anomaly_monitor_arn: str | None
    """None makes the watch over all services. An account has one at most, and often AWS has made it already.

    Source: https://aws.amazon.com/aws-cost-management/aws-cost-anomaly-detection/faqs/
    """
    email_addresses: Mapping[str, str]
    """By a name that stays when the address changes; AWS takes up to 10."""


class Spending(pulumi.ComponentResource):
    """A monthly budget that speaks before the month is over, and a watch for services that suddenly cost more."""

    def __init__(self, name: str, args: SpendingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:account:Spending", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        addresses = list(args.email_addresses.values())
        aws.budgets.Budget(
            name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.monthly_limit_usd),
            limit_unit="USD",
            notifications=[
                _notification("ACTUAL", _ACTUAL_PERCENT, addresses),
                _notification("FORECASTED", _FORECAST_PERCENT, addresses),
            ],
            opts=child,
        )
        aws.costexplorer.AnomalySubscription(
            name,
            name=name,
            frequency="DAILY",
            monitor_arn_lists=[args.anomaly_monitor_arn or _monitor_of_services(name, child)],
            subscribers=[{"type": "EMAIL", "address": address} for address in addresses],
            threshold_expression={
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "match_options": ["GREATER_THAN_OR_EQUAL"],
                    "values": [str(args.anomaly_impact_usd)],
                }
            },
            opts=child,
        )
        self.register_outputs({})


def _monitor_of_services(name: str, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    return aws.costexplorer.AnomalyMonitor(
        name, name=name, monitor_type="DIMENSIONAL", monitor_dimension="SERVICE", opts=opts
    ).arn


def _notification(kind: str, percent: int, addresses: list[str]) -> aws.budgets.BudgetNotificationArgs:
    return aws.budgets.BudgetNotificationArgs(
        notification_type=kind,
        comparison_operator="GREATER_THAN",
        threshold=percent,
        threshold_type="PERCENTAGE",
        subscriber_email_addresses=addresses,
    )
