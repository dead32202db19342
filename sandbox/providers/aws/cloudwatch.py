"""Log groups and alarms."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Autoname, Call, Row

SERVICE = "logs"
HANDLERS = {
    "aws:cloudwatch/logGroup:LogGroup": Row(
        service="logs",
        create="create_log_group",
        keys={"logGroupName": "name"},
        describe=Call(
            operation="describe_log_groups",
            members={"logGroupNamePrefix": "name"},
            found="having(logGroups, {logGroupName: name})",
            by_name=False,
        ),
        settings=(Call(operation="put_retention_policy", when="retentionInDays"),),
        update=(
            Call(operation="delete_retention_policy", when="!retentionInDays"),
            Call(operation="associate_kms_key", when="kmsKeyId"),
        ),
        outputs={"arn": arn("logs", "log-group:{name}")},
        defaults={"logGroupClass": "STANDARD"},
        local="skipDestroy",
        autoname=Autoname(max_length=512),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Row(
        service="cloudwatch",
        create="put_metric_alarm",
        keys={"AlarmName": "name"},
        members={"Dimensions": "pairs(dimensions, 'Name', 'Value')", "Metrics": "metricQueries"},
        describe=Call(operation="describe_alarms", found="MetricAlarms[0]"),
        update=("put_metric_alarm",),
        outputs={"arn": "described.AlarmArn"},
        delete=("delete_alarms",),
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    ),
}
