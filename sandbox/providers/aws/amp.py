"""Managed Prometheus."""

from sandbox.providers.aws.row import Row

HANDLERS = {
    "aws:amp/workspace:Workspace": Row(
        service="amp", create="create_workspace", keys={"workspaceId": "id"}, update=("update_workspace_alias",)
    )
}
