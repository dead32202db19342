"""`make undo`: the version before, through the program, so that the next `make up` does not ship this one again."""

from __future__ import annotations

from sandbox import delivery
from sandbox.delivery import SHOPPERS_PER_SECOND
from sandbox.lock import exclusive
from sandbox.workspace import Workspace


def run(workspace: Workspace, traffic: int = SHOPPERS_PER_SECOND) -> None:
    """Sets the digest back and waits until the version of before serves."""
    with exclusive(workspace.lock, "undo"):
        version = delivery.undo(workspace, requests_per_second=traffic)
    print(f"version {version} serves")
