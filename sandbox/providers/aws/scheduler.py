"""Schedules: moto keeps them, and nothing here ever goes off."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

SERVICE = "scheduler"
HANDLERS = {
    "aws:scheduler/scheduleGroup:ScheduleGroup": Row(
        create="create_schedule_group",
        keys={"Name": "name"},
        describe=Call(operation="get_schedule_group", found="@"),
        outputs={"arn": arn("scheduler", "schedule-group/{name}")},
    ),
    "aws:scheduler/schedule:Schedule": Row(
        create="create_schedule",
        keys={"Name": "name", "GroupName": "groupName"},
        id="join('/', [groupName, name])",
        describe=Call(operation="get_schedule", found="@"),
        update=("update_schedule",),
        outputs={"arn": arn("scheduler", "schedule/{groupName}/{name}")},
    ),
}
