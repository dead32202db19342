"""ReplicaSets: a number of pods of one template."""

from sandbox.cluster.kinds import POD, REPLICA_SET
from sandbox.cluster.pod_template import is_finished, is_ready, pod_of
from sandbox.cluster.store import Object, Store


def reconcile(store: Store) -> None:
    """Adds and removes pods until there are as many as declared; those that do not serve go first."""
    for replica_set in store.list(REPLICA_SET):
        if "deletionTimestamp" not in replica_set["metadata"]:
            _reconcile(store, replica_set)


def _reconcile(store: Store, replica_set: Object) -> None:
    spec = replica_set["spec"]
    every = store.owned(POD, replica_set)
    pods = sorted(
        (pod for pod in every if "deletionTimestamp" not in pod["metadata"] and not is_finished(pod)), key=is_ready
    )
    for _ in range(spec["replicas"] - len(pods)):
        store.put(pod_of(replica_set, spec["template"], {}))
    for pod in pods[: max(len(pods) - spec["replicas"], 0)]:
        store.delete(pod)
    ready = sum(is_ready(pod) for pod in pods)
    available = sum(is_ready(pod, spec.get("minReadySeconds", 0)) for pod in pods)
    store.set_status(replica_set, replicas=len(every), readyReplicas=ready, availableReplicas=available)
