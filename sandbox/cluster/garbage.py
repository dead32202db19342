"""What goes with what: objects whose owner or namespace goes."""

from sandbox.cluster.kinds import NAMESPACE, POD
from sandbox.cluster.store import Object, Store, kind_of


def reconcile(store: Store) -> None:
    """Deletes what lost its owner, and lets go of deleted objects that nothing depends on any more."""
    items = store.all()
    alive = {item["metadata"]["uid"] for item in items}
    for item in items:
        owners = item["metadata"].get("ownerReferences", ())
        if owners and not any(owner["uid"] in alive for owner in owners):
            store.delete(item)
        if "deletionTimestamp" in item["metadata"] and kind_of(item) is not POD:
            dependents = [other for other in items if _depends(other, item)]
            for other in dependents:
                store.delete(other)
            if not dependents:
                store.remove(item)


def _depends(other: Object, item: Object) -> bool:
    if kind_of(item) is NAMESPACE:
        return other["metadata"].get("namespace") == item["metadata"]["name"]
    return any(owner["uid"] == item["metadata"]["uid"] for owner in other["metadata"].get("ownerReferences", ()))
