"""`make export`: the stack's state, as `pulumi stack export` prints it."""

import json

from sandbox.stack import deployment
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Prints the deployment-v3 JSON and nothing else."""
    print(json.dumps(deployment(workspace), indent=4))
