"""`make url`: where the API answers."""

from sandbox.stack import outputs
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Prints the API's base address and nothing else."""
    print(outputs(workspace)["api_url"])
