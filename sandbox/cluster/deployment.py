"""Deployments."""

from sandbox.cluster.kinds import DEPLOYMENT, POD_TEMPLATE_HASH
from sandbox.cluster.revision import counts, current_revision, forget, replicas, revisions, scale
from sandbox.cluster.store import Object, Store
from sandbox.cluster.strategies import View, strategy_of


def reconcile(store: Store) -> None:
    """Brings each Deployment one step further along its strategy."""
    for deployment in store.list(DEPLOYMENT):
        if "deletionTimestamp" not in deployment["metadata"]:
            _reconcile(store, deployment)


def _reconcile(store: Store, deployment: Object) -> None:
    found = revisions(store, deployment, POD_TEMPLATE_HASH)
    view = View(
        replicas=replicas(store, deployment),
        current=current_revision(deployment),
        stable=deployment.get("status", {}).get("stableRS"),
        sizes=counts(found, "replicas"),
        available=counts(found, "availableReplicas"),
    )
    plan = strategy_of(deployment)(view)
    scale(store, found, plan.sizes)
    idle = [each for version, each in found.items() if not view.sizes.get(version) and not plan.sizes.get(version)]
    forget(store, deployment, idle)
    store.set_status(deployment, **_status(deployment, view, plan.stable))


def _status(deployment: Object, view: View, stable: str | None) -> Object:
    available = view.available.get(view.current, 0)
    done = stable == view.current and available >= view.replicas
    return {
        "observedGeneration": deployment["metadata"]["generation"],
        "currentPodHash": view.current,
        "stableRS": stable,
        "phase": "Healthy" if done else "Progressing",
        "replicas": sum(view.sizes.values()),
        "updatedReplicas": view.sizes.get(view.current, 0),
        "availableReplicas": available,
    }
