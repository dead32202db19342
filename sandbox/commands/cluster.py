"""`make cluster`: a real Kubernetes with the real Argo Rollouts, on this machine."""

from __future__ import annotations

from sandbox import stack
from sandbox.kubernetes import clusters, deployment
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace


def run(workspace: Workspace, context: str | None, prometheus: str | None) -> None:
    """Raises this machine's cluster, with stack `local` on it where that stands; or checks one that is named."""
    if context:
        clusters.named(workspace.state, context, prometheus or "")
        print(f"the cluster of context {context!r} serves what the tests need: `make cluster-test CONTEXT={context}`")
        return
    ports = {part.record.port for part in Parts(workspace.state).all()}
    cluster = clusters.own(workspace.state, print, loopback_ports=ports)
    if stack.stands(workspace):
        deployment.deploy(workspace, cluster, print)
    print(f"Kubernetes answers: kubectl --kubeconfig {cluster.kubeconfig} get pods --all-namespaces")
