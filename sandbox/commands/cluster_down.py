"""`make cluster-down`: nothing of the real cluster is left but the programs in the user's cache."""

from sandbox.kubernetes import binaries, clusters
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Ends this machine's cluster and deletes its data."""
    clusters.remove(workspace.state, print)
    print(f"nothing is left of the cluster; its programs stay in {binaries.cache()}")
