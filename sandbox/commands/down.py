"""`make down`: no process, no port, no data left."""

from sandbox import engines, stack
from sandbox.kubernetes import clusters
from sandbox.lock import exclusive
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Destroys the stack in its own order, then ends every part and deletes the state folder."""
    with exclusive(workspace.lock, "down"):
        parts = Parts(workspace.state, notify=print)
        clusters.remove(workspace.state, print)
        if stack.stands(workspace):
            engines.start_base(workspace, parts)
            engines.choose(workspace, parts).destroy()
        for part in parts.all():
            parts.remove(part.record.name)
        workspace.delete()
    print("nothing is left: no process, no port, no data")
