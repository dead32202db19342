"""`make cluster`: a real Kubernetes with the real Argo Rollouts, on this machine."""

from __future__ import annotations

from sandbox.kubernetes import clusters
from sandbox.workspace import Workspace


def run(workspace: Workspace, context: str | None, prometheus: str | None) -> None:
    """Raises this machine's cluster, or checks that the cluster of a named context can be used."""
    if context:
        clusters.named(workspace.state, context, prometheus or "")
        print(f"the cluster of context {context!r} serves what the tests need: `make cluster-test CONTEXT={context}`")
        return
    part = clusters.own(workspace.state, print)
    print(f"Kubernetes answers: kubectl --kubeconfig {part.kubeconfig} get nodes")
