"""Projects that run builds, and what starts them."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Autoname, Call, Row

_PROJECT = {
    "timeoutInMinutes": "buildTimeout",
    "logsConfig": (
        "logsConfig && {cloudWatchLogs: logsConfig.cloudwatchLogs"
        " && {groupName: logsConfig.cloudwatchLogs.groupName, status: logsConfig.cloudwatchLogs.status}}"
    ),
}
_FILTERS = {"filterGroups": "filterGroups[].filters"}

SERVICE = "codebuild"
HANDLERS = {
    "aws:codebuild/project:Project": Row(
        create=Call(operation="create_project", members=_PROJECT),
        keys={"name": "name"},
        id=arn("codebuild", "project/{name}"),
        describe=Call(operation="batch_get_projects", members={"names": "[name]"}, found="projects[0]"),
        update=(Call(operation="update_project", members=_PROJECT),),
        delete=("delete_project",),
        outputs={"arn": arn("codebuild", "project/{name}")},
        autoname=Autoname(max_length=150),
        tagging=("update_project", "update_project", "name"),
    ),
    "aws:codebuild/webhook:Webhook": Row(
        create=Call(operation="create_webhook", members=_FILTERS),
        keys={"projectName": "projectName"},
        id="projectName",
        describe=Call(
            operation="batch_get_projects",
            members={"names": "[projectName]"},
            found="projects[0] && {Found: projects[0].name}",
        ),
        update=(Call(operation="update_webhook", members=_FILTERS),),
        delete=("delete_webhook",),
    ),
}
