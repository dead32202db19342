"""The versions of a workload: one ReplicaSet for each of its pod templates."""

from collections.abc import Mapping

from sandbox.cluster.kinds import AUTOSCALER, REPLICA_SET
from sandbox.cluster.pod_template import template_hash
from sandbox.cluster.store import Object, Store, owner_reference

DEFAULT_REVISION_HISTORY_LIMIT = 10

Revisions = dict[str, Object]
"""ReplicaSets by pod-template hash."""


def current_revision(workload: Object) -> str:
    """The hash of the template that is wanted."""
    return template_hash(workload["spec"]["template"])


def revisions(store: Store, workload: Object, label: str) -> Revisions:
    """All of the workload's, the wanted one made where it is missing; `label` carries the hash."""
    found = {each["metadata"]["labels"][label]: each for each in store.owned(REPLICA_SET, workload)}
    current = current_revision(workload)
    if current not in found:
        found[current] = store.put(_replica_set(workload, label, current))
    return found


def scale(store: Store, found: Revisions, sizes: Mapping[str, int]) -> None:
    """Wants so many pods of each; none of one that is not named."""
    for version, each in found.items():
        found[version] = store.write({**each, "spec": {**each["spec"], "replicas": sizes.get(version, 0)}})


def forget(store: Store, workload: Object, unused: list[Object]) -> None:
    """Takes out the oldest beyond the limit."""
    limit = workload["spec"].get("revisionHistoryLimit", DEFAULT_REVISION_HISTORY_LIMIT)
    newest_first = sorted(unused, key=lambda each: each["metadata"]["creationTimestamp"], reverse=True)
    for replica_set in newest_first[limit:]:
        store.delete(replica_set)


def counts(found: Revisions, field: str) -> dict[str, int]:
    """A number of each one's status."""
    return {version: each.get("status", {}).get(field, 0) for version, each in found.items()}


def replicas(store: Store, workload: Object) -> int:
    """What is declared, at least the minimum of an autoscaler that targets the workload."""
    namespace, name = workload["metadata"]["namespace"], workload["metadata"]["name"]
    target = {"kind": workload["kind"], "name": name}
    minimums = (
        scaler["spec"].get("minReplicas", 1)
        for scaler in store.list(AUTOSCALER, namespace)
        if target.items() <= scaler["spec"]["scaleTargetRef"].items()
    )
    return max(workload["spec"].get("replicas", 1), max(minimums, default=0))


def _replica_set(workload: Object, label: str, version: str) -> Object:
    spec = workload["spec"]
    metadata = spec["template"].get("metadata", {})
    labels = metadata.get("labels", {}) | {label: version}
    return {
        "apiVersion": REPLICA_SET.api_version,
        "kind": REPLICA_SET.name,
        "metadata": {
            "name": f"{workload['metadata']['name']}-{version}",
            "namespace": workload["metadata"]["namespace"],
            "labels": labels,
            "ownerReferences": [owner_reference(workload)],
        },
        "spec": {
            "replicas": 0,
            "minReadySeconds": spec.get("minReadySeconds", 0),
            "selector": {"matchLabels": labels},
            "template": {**spec["template"], "metadata": {**metadata, "labels": labels}},
        },
    }
