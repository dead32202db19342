"""`make promote`: the rollout goes on, or with FULL=1 to its end at once."""

from __future__ import annotations

from sandbox.errors import SandboxError
from sandbox.rollouts import PROMOTE_FULL, Rollouts
from sandbox.workspace import Workspace


def run(workspace: Workspace, *, full: bool) -> None:
    """Ends the pause or the step that the rollout is at."""
    with Rollouts(workspace) as rollouts:
        if not rollouts.is_under_way():
            raise SandboxError(
                "no version is on its way: there is nothing to promote; `make deploy VERSION=…` ships one"
            )
        if full:
            rollouts.patch(PROMOTE_FULL)
        else:
            rollouts.promote()
    print("promoted in full" if full else "promoted: `make rollout` shows how it goes on")
