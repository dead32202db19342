"""`make release`: a version of the order service as an image that never changes."""

from __future__ import annotations

from sandbox import releases
from sandbox.lock import exclusive
from sandbox.workspace import Workspace


def run(workspace: Workspace, version: str, fault: str) -> None:
    """Packs the checkout under that name, with a fault where one is asked for."""
    with exclusive(workspace.lock, "release"):
        release = releases.build(workspace, version, fault)
    given = f" with fault {fault}" if fault else ""
    print(f"version {release.version}{given} is {release.digest}\n`make deploy VERSION={version}` ships it")
