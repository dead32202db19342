"""The Envoy of the node: it listens on every ClusterIP and is the gateway; its configuration is files it watches."""

import json
from pathlib import Path

from sandbox.cluster.addresses import Addresses
from sandbox.cluster.images import ENVOY
from sandbox.cluster.kinds import NAMESPACE, POD
from sandbox.cluster.store import Object, Store, replace_file

NAMESPACE_NAME, NAME = "kube-system", "node-proxy"
ADMIN_PORT = 15000
STATS_INTERVAL = "1s"
"""Histograms are as old as this when they are scraped."""
FIRST_UNPRIVILEGED_PORT = 1024


def listening_port(port: int) -> int:
    """Where the gateway listens for a port: privileged ones are moved up by 8000 (80 is 8080)."""
    return port if port >= FIRST_UNPRIVILEGED_PORT else 8000 + port


def source(path: Path) -> Object:
    """Envoy's reference to a configuration file that it watches."""
    return {"path_config_source": {"path": str(path)}, "resource_api_version": "V3"}


def listener(name: str, address: str, port: int, network_filter: Object) -> Object:
    """A listener with one filter; what it had accepted before a change is drained."""
    return {"name": name, "address": _address(address, port), "filter_chains": [{"filters": [network_filter]}]}


def assignment(cluster: str, endpoints: list[tuple[str, int]]) -> Object:
    """The endpoints of a cluster."""
    members = [{"endpoint": {"address": _address(ip, port)}} for ip, port in endpoints]
    return {"cluster_name": cluster, "endpoints": [{"lb_endpoints": members}]}


def options(folder: Path) -> list[str]:
    """Envoy's command line, for the configuration in a folder."""
    bootstrap = ["-c", str(folder / "bootstrap.json")]
    return [*bootstrap, "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning", "--drain-time-s", "2"]


class Configuration:
    """The files that an Envoy reads, and watches."""

    def __init__(self, folder: Path, address: str) -> None:
        """Nothing is configured but what an earlier process wrote; `address` is where Envoy listens."""
        self.folder, self.address = folder, address
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, message in (("listeners", "config.listener.v3.Listener"), ("clusters", "config.cluster.v3.Cluster")):
            if not (folder / f"{name}.json").exists():
                self.write(name, message, [])
        (folder / "bootstrap.json").write_text(json.dumps(self._bootstrap()))

    def write(self, name: str, message: str, resources: list[Object]) -> Path:
        """Replaces the file of that name when it differs; Envoy takes it up within milliseconds."""
        path = self.folder / f"{name}.json"
        kind = f"type.googleapis.com/envoy.{message}"
        content = json.dumps({"resources": [{"@type": kind, **resource} for resource in resources]})
        if not path.exists() or path.read_text() != content:
            replace_file(path, content)
        return path

    def _bootstrap(self) -> Object:
        return {
            "node": {"id": NAME, "cluster": NAME},
            "stats_flush_interval": STATS_INTERVAL,
            "admin": {"address": _address(self.address, ADMIN_PORT)},
            "dynamic_resources": {
                "lds_config": source(self.folder / "listeners.json"),
                "cds_config": source(self.folder / "clusters.json"),
            },
        }


class Proxy(Configuration):
    """Envoy as a pod of the cluster."""

    def __init__(self, folder: Path, addresses: Addresses, store: Store) -> None:
        super().__init__(folder, addresses.proxy)
        self._store = store
        if store.get(NAMESPACE, "", NAMESPACE_NAME) is None:
            store.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE_NAME}})
        store.put(self._pod())

    @property
    def ready(self) -> bool:
        """Whether Envoy runs and has its configuration."""
        pod = self._store.get(POD, NAMESPACE_NAME, NAME) or {}
        return any(condition["status"] == "True" for condition in pod.get("status", {}).get("conditions", ()))

    def _pod(self) -> Object:
        container = {
            "name": "envoy",
            "image": ENVOY,
            "command": ["envoy", *options(self.folder)],
            "readinessProbe": {"httpGet": {"path": "/ready", "port": ADMIN_PORT}, "periodSeconds": 5},
        }
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": NAME, "namespace": NAMESPACE_NAME},
            "spec": {"containers": [container], "terminationGracePeriodSeconds": 2},
            "status": {"podIP": self.address},
        }


def _address(ip: str, port: int) -> Object:
    return {"socket_address": {"address": ip, "port_value": port}}
