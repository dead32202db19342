"""Trails: who did what in the account."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

SERVICE = "cloudtrail"
HANDLERS = {
    "aws:cloudtrail/trail:Trail": Row(
        create=Call(operation="create_trail", members={"CloudWatchLogsLogGroupArn": "cloudWatchLogsGroupArn"}),
        keys={"Name": "name", "TrailName": "name"},
        id=arn("cloudtrail", "trail/{name}"),
        describe=Call(operation="get_trail", found="Trail"),
        settings=(
            Call(operation="put_event_selectors", when="eventSelectors"),
            Call(operation="start_logging", when="enableLogging", always=True),
        ),
        update=(
            Call(operation="update_trail", members={"CloudWatchLogsLogGroupArn": "cloudWatchLogsGroupArn"}),
            Call(operation="stop_logging", members={"Name": "name"}, when="!enableLogging"),
        ),
        outputs={"arn": arn("cloudtrail", "trail/{name}"), "homeRegion": "region"},
        defaults={"enableLogging": True, "includeGlobalServiceEvents": True},
        tagging=("add_tags", "remove_tags", "arn"),
    ),
}
