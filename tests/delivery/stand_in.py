"""The local cluster's controllers on a store of their own, with pods that are ready as soon as they are there."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from sandbox.cluster import garbage, replica_set, rollout
from sandbox.cluster.analysis_run import AnalysisRuns
from sandbox.cluster.kinds import NAMESPACE as NAMESPACE_KIND
from sandbox.cluster.kinds import POD, REPLICA_SET, ROLLOUT, ROLLOUTS_POD_TEMPLATE_HASH, SERVICE, VIRTUAL_SERVICE
from sandbox.cluster.pod_template import is_ready
from sandbox.cluster.store import Object, Store
from tests.delivery.observation import Observation, observe
from tests.delivery.scenarios import BROKEN, NAMESPACE, QUERIES, ROUTE, SILENT, surroundings
from tests.delivery.scenarios import ROLLOUT as ROLLOUT_NAME

LOOK_SECONDS = 0.02
VALUES = {
    query: [] if name == SILENT else [float(query.removeprefix("vector(")[:-1])] for name, query in QUERIES.items()
}


async def constant(provider: Object) -> list[float]:
    return VALUES[provider["query"]]


class StandIn:
    """The `Cluster` that scenarios are played on; its controllers run in a thread until `close`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._changed = folder, False
        self.observations: list[Observation] = []
        self.half_switched: list[str] = []
        """What a controller that was killed at that very write would have left behind, where requests would fail."""
        self.store = Store(folder, self._look)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._controlling = self._begin()
        self.apply({"apiVersion": "v1", "kind": NAMESPACE_KIND.name, "metadata": {"name": NAMESPACE}})
        for item in surroundings("http://prometheus"):
            self.apply(item)

    def pod(self, version: str) -> Mapping[str, Any]:
        return {"containers": [{"name": "api", "image": version}]}

    def apply(self, manifest: Mapping[str, Any]) -> None:
        self._in_loop(lambda: self.store.put(dict(manifest)))

    def patch_status(self, patch: Mapping[str, Any]) -> None:
        self._in_loop(lambda: self.store.set_status(self._rollout(), **patch))

    def restart_controller(self) -> None:
        self._end()
        self.store = Store(self._folder, self._look)
        self._controlling = self._begin()

    def close(self) -> None:
        self._end()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _begin(self) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(self._control(), self._loop)

    def _end(self) -> None:
        self._controlling.cancel()
        self._in_loop(lambda: None)

    async def _control(self) -> None:
        analyses = AnalysisRuns(self.store, constant)
        while True:
            rollout.reconcile(self.store)
            analyses.reconcile()
            replica_set.reconcile(self.store)
            self._run_pods()
            garbage.reconcile(self.store)
            await asyncio.sleep(0 if self._changed else LOOK_SECONDS)
            self._changed = False

    def _run_pods(self) -> None:
        for pod in self.store.list(POD):
            ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
            if "deletionTimestamp" in pod["metadata"]:
                self.store.remove(pod)
            elif pod["spec"]["containers"][0]["image"] != BROKEN:
                self.store.set_status(pod, phase="Running", conditions=[ready])

    def _look(self) -> None:
        self._changed = True
        if not hasattr(self, "store") or (found := self._rollout()) is None:
            return
        names = {
            each["metadata"]["labels"][ROLLOUTS_POD_TEMPLATE_HASH]: each["metadata"]["labels"]["version"]
            for each in self.store.list(REPLICA_SET)
        }
        self.half_switched += self._failing(names)
        seen = observe(found, names)
        if not self.observations or self.observations[-1] != seen:
            self.observations.append(seen)

    def _failing(self, names: Mapping[str, str]) -> list[str]:
        """The shares of the route that no pod would answer, and a route whose shares are not the whole."""
        route = self.store.get(VIRTUAL_SERVICE, NAMESPACE, ROUTE)
        shares = [] if route is None else route["spec"]["http"][0]["route"]
        failing = [] if sum(each["weight"] for each in shares) in (0, 100) else [f"weights {shares}"]
        for share in shares:
            service = self.store.get(SERVICE, NAMESPACE, share["destination"]["host"])
            version = (service or {"spec": {}})["spec"].get("selector", {}).get(ROLLOUTS_POD_TEMPLATE_HASH)
            if share["weight"] and version and not self._serving(version):
                failing.append(f"{share['weight']} % to {names.get(version)}, of which no pod serves")
        return failing

    def _serving(self, version: str) -> bool:
        pods = self.store.list(POD, NAMESPACE)
        return any(is_ready(pod) for pod in pods if pod["metadata"]["labels"][ROLLOUTS_POD_TEMPLATE_HASH] == version)

    def _rollout(self) -> Any:
        return self.store.get(ROLLOUT, NAMESPACE, ROLLOUT_NAME)

    def _in_loop(self, action: Callable[[], object]) -> None:
        done: Future[None] = Future()

        def act() -> None:
            try:
                action()
                done.set_result(None)
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(act)
        done.result(timeout=30)
