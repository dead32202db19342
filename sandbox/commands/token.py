"""`make token`: a bearer token for sarah_123."""

from sandbox import base, identity
from sandbox.parts.registry import Parts
from sandbox.stack import outputs
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Prints the token and nothing else."""
    print(token(workspace))


def token(workspace: Workspace) -> str:
    """An access token of the stack's own user pool."""
    stack = outputs(workspace)
    return identity.access_token(
        endpoint_url=base.url(Parts(workspace.state).get(base.AWS)),
        region=stack["region"],
        user_pool_id=stack["user_pool_id"],
        client_id=stack["user_pool_client_id"],
    )
