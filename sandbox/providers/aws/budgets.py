"""What an account may cost."""

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Call, Row

_LIMIT = {"Amount": "limitAmount", "Unit": "limitUnit"}
_NOTIFICATIONS = (
    "notifications[].{Notification: {NotificationType: notificationType, ComparisonOperator: comparisonOperator,"
    " Threshold: threshold, ThresholdType: thresholdType},"
    " Subscribers: subscriberEmailAddresses[].{SubscriptionType: 'EMAIL', Address: @}}"
)


def _budget(member: str) -> dict[str, str]:
    return {f"{member}.BudgetName": "name"} | {f"{member}.BudgetLimit.{name}": at for name, at in _LIMIT.items()}


SERVICE = "budgets"
HANDLERS = {
    "aws:budgets/budget:Budget": Row(
        create=Call(
            operation="create_budget",
            members={**_budget("Budget"), "NotificationsWithSubscribers": _NOTIFICATIONS},
            into="Budget",
        ),
        keys={"AccountId": "account", "BudgetName": "name"},
        id="join(':', [account, name])",
        update=(Call(operation="update_budget", members=_budget("NewBudget"), into="NewBudget"),),
        outputs={"arn": Text("arn:aws:budgets::{account}:budget/{name}")},
    ),
}
