"""Log groups and what is counted in them, alarms, dashboards, and rules over events."""

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
    "aws:cloudwatch/logStream:LogStream": Row(
        service="logs",
        create="create_log_stream",
        keys={"logGroupName": "logGroupName", "logStreamName": "name"},
        describe=Call(
            operation="describe_log_streams",
            members={"logGroupName": "logGroupName", "logStreamNamePrefix": "name"},
            found="having(logStreams, {logStreamName: name})",
            by_name=False,
        ),
        outputs={"arn": arn("logs", "log-group:{logGroupName}:log-stream:{name}")},
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
    "aws:cloudwatch/dashboard:Dashboard": Row(
        service="cloudwatch",
        create="put_dashboard",
        keys={"DashboardName": "dashboardName"},
        describe="get_dashboard",
        update=("put_dashboard",),
        outputs={"dashboardArn": "described.DashboardArn"},
        delete=(Call(operation="delete_dashboards", members={"DashboardNames": "[dashboardName]"}),),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Row(
        service="logs",
        create=(
            _filter := Call(
                operation="put_metric_filter",
                members={
                    "filterPattern": "pattern",
                    "metricTransformations": "[{metricName: metricTransformation.name,"
                    " metricNamespace: metricTransformation.namespace, metricValue: metricTransformation.value}]",
                },
            )
        ),
        keys={"filterName": "name", "logGroupName": "logGroupName"},
        describe=Call(operation="describe_metric_filters", members={"filterNamePrefix": "name"}),
        update=(_filter,),
        autoname=Autoname(max_length=512),
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Row(
        service="logs",
        create=(_policy := Call(operation="put_resource_policy")),
        keys={"policyName": "policyName"},
        describe=Call(
            operation="describe_resource_policies", found="having(resourcePolicies, {policyName: policyName})"
        ),
        update=(_policy,),
    ),
    "aws:cloudwatch/eventRule:EventRule": Row(
        service="events",
        create=(_rule := Call(operation="put_rule")),
        keys={"Name": "name"},
        describe=Call(operation="describe_rule", found="Name && {Name: Name, Arn: Arn}"),
        update=(_rule,),
        defaults={"state": "ENABLED"},
        local="forceDestroy",
        autoname=Autoname(max_length=64),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Row(
        service="events",
        create=(
            _target := Call(
                operation="put_targets", members={"Targets": "[{Id: targetId, Arn: arn, RoleArn: roleArn}]"}
            )
        ),
        keys={"Rule": "rule", "Ids": "targetId"},
        id="join('-', [rule, targetId])",
        describe=Call(
            operation="list_targets_by_rule", members={"Rule": "rule"}, found="having(Targets, {Id: targetId})"
        ),
        update=(_target,),
        delete=(Call(operation="remove_targets", members={"Ids": "[targetId]"}),),
        outputs={"arn": "arn"},
        autoname=Autoname(property="targetId", prefix="terraform-", max_length=64),
        local="forceDestroy",
    ),
}
