"""`make deploy`: a version through the program, then its rollout live."""

from __future__ import annotations

from sandbox import delivery, releases
from sandbox.delivery import SHOPPERS_PER_SECOND
from sandbox.lock import exclusive
from sandbox.workspace import Workspace


def run(workspace: Workspace, version: str, traffic: int = SHOPPERS_PER_SECOND) -> None:
    """Ships the version; fails where it is given up, and then the stack is back at what served before."""
    release = releases.find(workspace, version)
    with exclusive(workspace.lock, "deploy"):
        delivery.ship(workspace, release.digest, requests_per_second=traffic)
    print(f"version {version} serves")
