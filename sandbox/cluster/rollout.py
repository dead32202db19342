"""Rollouts and Deployments: a ReplicaSet for each version of the pod template."""

from sandbox.cluster.kinds import (
    AUTOSCALER,
    DEPLOYMENT,
    POD_TEMPLATE_HASH,
    REPLICA_SET,
    ROLLOUT,
    ROLLOUTS_POD_TEMPLATE_HASH,
    SERVICE,
)
from sandbox.cluster.pod_template import template_hash
from sandbox.cluster.store import Object, Store, owner_reference
from sandbox.cluster.strategies import View, strategy_of

DEFAULT_REVISION_HISTORY_LIMIT = 10


def reconcile(store: Store) -> None:
    """Brings each workload one step further along its strategy."""
    for kind, label in ((DEPLOYMENT, POD_TEMPLATE_HASH), (ROLLOUT, ROLLOUTS_POD_TEMPLATE_HASH)):
        for workload in store.list(kind):
            if "deletionTimestamp" not in workload["metadata"]:
                _reconcile(store, workload, label)


def _reconcile(store: Store, workload: Object, label: str) -> None:
    current = template_hash(workload["spec"]["template"])
    sets = {each["metadata"]["labels"][label]: each for each in store.owned(REPLICA_SET, workload)}
    if current not in sets:
        sets[current] = store.put(_replica_set(workload, label, current))
    view = View(
        replicas=_replicas(store, workload),
        current=current,
        stable=workload.get("status", {}).get("stableRS"),
        sizes=_counts(sets, "replicas"),
        available=_counts(sets, "availableReplicas"),
    )
    plan = strategy_of(workload)(view)
    for version, each in sets.items():
        sets[version] = store.write({**each, "spec": {**each["spec"], "replicas": plan.sizes.get(version, 0)}})
    _select(store, workload, {"stable": plan.stable or current, "current": current})
    _forget(
        store,
        workload,
        [each for version, each in sets.items() if not view.sizes.get(version, 0) + plan.sizes.get(version, 0)],
    )
    store.set_status(workload, **_status(workload, view, plan.stable))


def _status(workload: Object, view: View, stable: str | None) -> Object:
    available = view.available.get(view.current, 0)
    done = stable == view.current and available >= view.replicas
    return {
        "observedGeneration": workload["metadata"]["generation"],
        "currentPodHash": view.current,
        "stableRS": stable,
        "phase": "Healthy" if done else "Progressing",
        "replicas": sum(view.sizes.values()),
        "updatedReplicas": view.sizes.get(view.current, 0),
        "availableReplicas": available,
    }


def _counts(sets: dict[str, Object], field: str) -> dict[str, int]:
    return {version: each.get("status", {}).get(field, 0) for version, each in sets.items()}


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


def _replicas(store: Store, workload: Object) -> int:
    """What is declared, at least the minimum of an autoscaler that targets the workload."""
    namespace, name = workload["metadata"]["namespace"], workload["metadata"]["name"]
    target = {"kind": workload["kind"], "name": name}
    minimums = (
        scaler["spec"].get("minReplicas", 1)
        for scaler in store.list(AUTOSCALER, namespace)
        if target.items() <= scaler["spec"]["scaleTargetRef"].items()
    )
    return max(workload["spec"].get("replicas", 1), max(minimums, default=0))


def _select(store: Store, workload: Object, versions: dict[str, str]) -> None:
    """Points the Services that a Rollout names at the version each is for, as Argo Rollouts does."""
    strategy = workload["spec"].get("strategy", {})
    blue_green, canary = strategy.get("blueGreen", {}), strategy.get("canary", {})
    roles = {
        blue_green.get("activeService"): "stable",
        blue_green.get("previewService"): "current",
        canary.get("stableService"): "stable",
        canary.get("canaryService"): "current",
    }
    for name, role in roles.items():
        service = store.get(SERVICE, workload["metadata"]["namespace"], name) if name else None
        if service:
            selector = service["spec"].get("selector", {}) | {ROLLOUTS_POD_TEMPLATE_HASH: versions[role]}
            store.write({**service, "spec": {**service["spec"], "selector": selector}})


def _forget(store: Store, workload: Object, unused: list[Object]) -> None:
    limit = workload["spec"].get("revisionHistoryLimit", DEFAULT_REVISION_HISTORY_LIMIT)
    newest_first = sorted(unused, key=lambda each: each["metadata"]["creationTimestamp"], reverse=True)
    for replica_set in newest_first[limit:]:
        store.delete(replica_set)
