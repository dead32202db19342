"""`make stop`: the processes end, state and data stay."""

from sandbox.base import CLUSTER
from sandbox.lock import exclusive
from sandbox.parts.part import PartError
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Ends the cluster first, so that its pods drain while what they call is still there."""
    with exclusive(workspace.lock, "stop"):
        parts = Parts(workspace.state)
        try:
            parts.get(CLUSTER).stop()
        except PartError:
            print("the local cluster is not there")
        parts.stop_all()
        print(
            f"stopped; state and data stay in {workspace.state}: `make up` goes on from there, `make down` deletes them"
        )
