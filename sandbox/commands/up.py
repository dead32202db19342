"""`make up`: the whole platform on this machine."""

from sandbox import delivery, engines
from sandbox.lock import exclusive
from sandbox.parts.registry import Parts
from sandbox.stack import outputs
from sandbox.workspace import Workspace


def run(workspace: Workspace, replace: str) -> None:
    """Starts what is down, then makes the stack what the program says; `replace` names what may lose its state."""
    with exclusive(workspace.lock, "up"):
        parts = Parts(workspace.state, notify=print)
        moved = engines.start_base(workspace, parts)
        delivery.update(workspace, parts, moved=bool(moved), replaced=replace.split())
    print(
        f"\nThe API answers at {outputs(workspace)['api_url']}: `make order` places one, `make status` shows the parts."
    )
