"""A real API server whose Rollouts the real controller carries out on real pods, as `play` wants it."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.kubernetes.clusters import Cluster
from sandbox.parts.part import PartError
from tests.delivery.observation import Observation, observe
from tests.delivery.scenarios import BROKEN, NAMESPACE, ROLLOUT, surroundings
from tests.harness.local_cluster import until

ARGO = "argoproj.io/v1alpha1"
HASH = "rollouts-pod-template-hash"
SCENARIO_SECONDS = 300
GONE_SECONDS = 60
PORT = 8080
OURS = {"app.kubernetes.io/managed-by": "fortress"}


class RealCluster:
    """One scenario's namespace, from nothing, and every version that its Rollout has had."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._objects = cluster, cluster.objects
        self._seen: list[Mapping[str, Any]] = []
        self._watching: threading.Thread | None = None
        self._refuse_another_s_namespace()
        self.clear()
        metadata = {"name": NAMESPACE, "labels": OURS}
        self._objects.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        for declared in surroundings(cluster.prometheus):
            self._objects.apply(declared)

    @property
    def observations(self) -> Sequence[Observation]:
        """Each version of the Rollout, watched."""
        replica_sets = self._objects.list("apps/v1", "ReplicaSet", NAMESPACE)
        labels = [each["metadata"]["labels"] for each in replica_sets]
        versions = {each[HASH]: each["version"] for each in labels}
        return [observe(each, versions) for each in tuple(self._seen)]

    def pod(self, version: str) -> Mapping[str, Any]:
        """A pod that is ready at once; `broken` is asked where it does not listen."""
        container = {
            "name": "orders",
            "image": self._cluster.image,
            "command": ["/bin/httpd", "-f", "-p", str(PORT)],
            "ports": [{"name": "http", "containerPort": PORT}],
            "readinessProbe": {"tcpSocket": {"port": PORT + (version == BROKEN)}, "periodSeconds": 1},
        }
        return {"terminationGracePeriodSeconds": 1, "containers": [container]}

    def apply(self, manifest: Mapping[str, Any]) -> None:
        """Declares the Rollout; the first time is also the first that is seen of it."""
        applied = self._objects.apply(manifest)
        if self._watching is None:
            self._seen.append(applied)
            self._watching = threading.Thread(target=self._watch, args=[applied], daemon=True)
            self._watching.start()

    def patch_status(self, patch: Mapping[str, Any]) -> None:
        """What `kubectl argo rollouts` would send."""
        self._objects.patch_status(ARGO, "Rollout", ROLLOUT, NAMESPACE, patch)

    def restart_controller(self) -> None:
        """Returns when another controller runs."""
        self._cluster.restart_controller()

    def clear(self) -> None:
        """Deletes the namespace with all that is in it; the watch ends with the Rollout."""
        self._objects.delete("v1", "Namespace", NAMESPACE)
        until(lambda: self._objects.get("v1", "Namespace", NAMESPACE) is None, GONE_SECONDS)
        if self._watching is not None:
            self._watching.join()

    def _refuse_another_s_namespace(self) -> None:
        found = self._objects.get("v1", "Namespace", NAMESPACE)
        if found is not None and not OURS.items() <= found["metadata"].get("labels", {}).items():
            raise PartError(
                f"namespace {NAMESPACE!r} is in use: it lacks the label {OURS}; the scenarios would empty it"
            )

    def _watch(self, first: Mapping[str, Any]) -> None:
        for each in self._objects.watch(first, seconds=SCENARIO_SECONDS):
            self._seen.append(each)
