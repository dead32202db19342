"""Managed Prometheus."""

from sandbox.providers.aws.row import Row

SERVICE = "amp"
HANDLERS = {
    "aws:amp/workspace:Workspace": Row(
        create="create_workspace", keys={"workspaceId": "id"}, update=("update_workspace_alias",)
    )
}
