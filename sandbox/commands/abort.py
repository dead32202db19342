"""`make abort`: the version on its way is given up, the stable one takes everything."""

from __future__ import annotations

from sandbox.errors import SandboxError
from sandbox.rollouts import ABORT, Rollouts
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Tells the controller; whoever waits in `make deploy` sets the digest back, else `make undo` does."""
    with Rollouts(workspace) as rollouts:
        if not rollouts.is_under_way():
            raise SandboxError(
                "no version is on its way: there is nothing to abort; `make undo` goes back to the one before"
            )
        rollouts.patch(ABORT)
    print("aborted: the stable version serves; `make undo` sets the stack back to it, where no `make deploy` waits")
