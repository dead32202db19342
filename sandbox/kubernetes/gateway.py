"""`python -m sandbox.kubernetes.gateway`: keeps the gateway's Envoy, and Prometheus' targets, as the objects say.

Istio's own control plane has the same part in a real installation. Envoy goes on by itself while this is away.
"""

import argparse
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread

from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from sandbox.cluster import gateway, metrics
from sandbox.cluster.kinds import DESTINATION_RULE, ENDPOINTS, GATEWAY, POD, SERVICE, VIRTUAL_SERVICE, Kind
from sandbox.cluster.proxy import Configuration
from sandbox.cluster.store import Object, replace_file
from sandbox.kubernetes.objects import Objects
from sandbox.kubernetes.programs import GATEWAY_ADDRESS, TARGETS

KINDS = (SERVICE, ENDPOINTS, POD, GATEWAY, VIRTUAL_SERVICE, DESTINATION_RULE)
RETRY_SECONDS = 1


@dataclass
class Snapshot:
    """The cluster's objects of the kinds that are watched, as they are now."""

    objects: dict[Kind, list[Object]] = field(default_factory=dict)

    def list(self, kind: Kind, namespace: str | None = None) -> list[Object]:
        """The objects of a kind, of one namespace or of all."""
        return [each for each in self.objects[kind] if namespace in (None, each["metadata"]["namespace"])]

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """The object, or None."""
        return next((each for each in self.list(kind, namespace) if each["metadata"]["name"] == name), None)


def main() -> None:
    """Never returns; a watch that ends ends the process, which is started again and reads everything anew."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.kubernetes.gateway")
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="of Envoy's configuration")
    options = parser.parse_args()
    objects = _connected(options.kubeconfig, options.folder / "discovered.json")
    keep(objects, Configuration(options.folder, GATEWAY_ADDRESS))


def keep(objects: Objects, configuration: Configuration) -> None:
    """Writes the configuration when all kinds are known, and after every change. Raises what ended a watch."""
    changes: Queue[tuple[Kind, list[Object] | BaseException]] = Queue()
    for kind in KINDS:
        Thread(target=_follow, args=[objects, kind, changes], daemon=True).start()
    snapshot = Snapshot()
    while True:
        kind, found = changes.get()
        if isinstance(found, BaseException):
            raise found
        snapshot.objects[kind] = found
        if changes.empty() and len(snapshot.objects) == len(KINDS):
            gateway.reconcile(snapshot, configuration, on_cluster_addresses=False)
            targets = metrics.targets(snapshot, configuration.address)
            replace_file(configuration.folder / TARGETS, json.dumps(targets))


def _follow(objects: Objects, kind: Kind, changes: "Queue[tuple[Kind, list[Object] | BaseException]]") -> None:
    try:
        for found in objects.follow(kind.api_version, kind.name):
            changes.put((kind, found))
        raise ConnectionError(f"the watch of {kind.plural} ended")
    except (ApiException, HTTPError, OSError) as error:
        changes.put((kind, error))


def _connected(kubeconfig: Path, discovered: Path) -> Objects:
    """Returns when the cluster answers and serves every kind."""
    while True:
        with suppress(ApiException, HTTPError):
            objects = Objects(kubeconfig, discovered=discovered)
            if all(objects.knows(kind.api_version, kind.name) for kind in KINDS):
                return objects
        time.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    main()
