from infra.shared.alarms import Alarm, Comparison


def test_an_alarm_speaks_when_it_begins_and_when_it_ends() -> None:
    alarm = Alarm(
        name="storage",
        description="Nearly full",
        namespace="AWS/RDS",
        metric_name="FreeStorageSpace",
        threshold=5,
        comparison=Comparison.BELOW,
    )
    assert alarm.arguments(dimensions={"DBInstanceIdentifier": "orders"}, topic_arn="arn:topic") == {
        "alarm_description": "Nearly full. What to do: docs/operations/alerts.md, under this alarm's name",
        "namespace": "AWS/RDS",
        "metric_name": "FreeStorageSpace",
        "statistic": "Average",
        "threshold": 5,
        "comparison_operator": "LessThanThreshold",
        "period": 60,
        "evaluation_periods": 5,
        "treat_missing_data": "notBreaching",
        "dimensions": {"DBInstanceIdentifier": "orders"},
        "alarm_actions": ["arn:topic"],
        "ok_actions": ["arn:topic"],
    }
