"""The cluster as one process: the API, the controllers, the pods."""

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from sandbox.cluster import api, deployment, garbage, gateway, helm, job, pod_identity, replica_set, rollout, service
from sandbox.cluster.addresses import Addresses
from sandbox.cluster.analysis_run import AnalysisRuns
from sandbox.cluster.kinds import NAMESPACE
from sandbox.cluster.metrics import PrometheusClient
from sandbox.cluster.pod import Node, end_leftovers
from sandbox.cluster.proxy import Proxy
from sandbox.cluster.store import Store
from sandbox.cluster.target_group_binding import TargetGroupBindings

TICK_SECONDS = 1
BUILT_IN_NAMESPACES = ("default", "kube-system")


class AlreadyRunningError(Exception):
    """Another daemon serves this state folder."""


def serve(state_dir: Path, *, port: int, region: str) -> None:
    """Serves the cluster of `state_dir` on loopback until SIGTERM or SIGINT, which also ends its pods."""
    folder = state_dir / "cluster"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"a daemon already serves {folder}") from None
        end_leftovers(folder)
        cluster = Cluster(state_dir, folder, region)
        settings = {
            "log_level": "warning",
            "access_log": False,
            "timeout_graceful_shutdown": 1,
            "loop": "asyncio",
            "ws": "none",
        }
        uvicorn.run(
            api.application(cluster.store, cluster.node, cluster.gateway, cluster.lifespan),
            host="127.0.0.1",
            port=port,
            **settings,
        )


class Cluster:
    """The store, the node and the controllers of one state folder."""

    def __init__(self, state_dir: Path, folder: Path, region: str) -> None:
        self._changed = asyncio.Event()
        self.store = Store(folder / "objects", self._changed.set)
        self._addresses = Addresses(folder)
        for name in BUILT_IN_NAMESPACES:
            self.store.put({"apiVersion": "v1", "kind": NAMESPACE.name, "metadata": {"name": name}})
        self.gateway = self._addresses.proxy
        self._analyses = AnalysisRuns(self.store, PrometheusClient(state_dir))
        self._proxy = Proxy(folder / "proxy", self._addresses, self.store)

        def identity() -> dict[str, str]:
            return pod_identity.environment(state_dir, region)

        self.node = Node(state_dir, self.store, self._addresses, identity)
        self._bindings = TargetGroupBindings(self.store, state_dir / "parts", identity)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """The controllers run while the API does; the pods end with it."""
        controlling = asyncio.create_task(self._control())
        yield
        controlling.cancel()
        await self.node.stop()
        self._addresses.close()

    async def _control(self) -> None:
        while True:
            self._changed.clear()
            for controller in self._controllers():
                try:
                    controller()
                except Exception:
                    logging.getLogger(__name__).exception(
                        "a controller failed; it runs again within %s s", TICK_SECONDS
                    )
            try:
                await asyncio.wait_for(self._changed.wait(), TICK_SECONDS)
            except TimeoutError:
                continue

    def _controllers(self) -> list[Callable[[], None]]:
        store = self.store
        return [
            lambda: job.reconcile(store),
            lambda: deployment.reconcile(store),
            lambda: rollout.reconcile(store),
            self._analyses.reconcile,
            lambda: replica_set.reconcile(store),
            lambda: helm.reconcile(store, self._proxy),
            lambda: service.reconcile(store, self._addresses),
            lambda: gateway.reconcile(store, self._proxy),
            self._bindings.reconcile,
            self.node.reconcile,
            lambda: garbage.reconcile(store),
        ]
