"""Cost Explorer: what suddenly costs more than it did."""

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Call, Row

_THRESHOLD = {"ThresholdExpression.Dimensions": "thresholdExpression.dimension"}

SERVICE = "ce"
HANDLERS = {
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": Row(
        create=Call(
            operation="create_anomaly_monitor",
            members={"AnomalyMonitor.MonitorName": "name"},
            into="AnomalyMonitor",
            record={"MonitorArn": Text("arn:aws:ce::{account}:anomalymonitor/{uuid}")},
        ),
        keys={"MonitorArn": "id"},
        describe="get_anomaly_monitors",
        update=(Call(operation="update_anomaly_monitor", members={"MonitorName": "name"}),),
    ),
    "aws:costexplorer/anomalySubscription:AnomalySubscription": Row(
        create=Call(
            operation="create_anomaly_subscription",
            members={"AnomalySubscription.SubscriptionName": "name"}
            | {f"AnomalySubscription.{member}": value for member, value in _THRESHOLD.items()},
            into="AnomalySubscription",
            record={"SubscriptionArn": Text("arn:aws:ce::{account}:anomalysubscription/{uuid}")},
        ),
        keys={"SubscriptionArn": "id"},
        describe="get_anomaly_subscriptions",
        update=(Call(operation="update_anomaly_subscription", members={"SubscriptionName": "name"} | _THRESHOLD),),
    ),
}
