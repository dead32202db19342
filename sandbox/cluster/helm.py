"""Helm releases: records, but for the Service of Istio's gateway chart, which the node's Envoy stands behind."""

from sandbox.cluster.kinds import HELM_RELEASE, NAMESPACE, SERVICE
from sandbox.cluster.proxy import Proxy, listening_port
from sandbox.cluster.service import write_endpoints
from sandbox.cluster.store import Object, Store, owner_reference

GATEWAY_CHART = "gateway"
DEFAULT_PORTS = ({"name": "http2", "port": 80, "targetPort": 80},)


def reconcile(store: Store, proxy: Proxy) -> None:
    """Makes what a release would bring that something here refers to."""
    for release in store.list(HELM_RELEASE):
        if "deletionTimestamp" in release["metadata"]:
            continue
        spec, namespace = release["spec"], release["metadata"]["namespace"]
        if spec.get("createNamespace") and store.get(NAMESPACE, "", namespace) is None:
            store.put(
                {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "metadata": {"name": namespace, "ownerReferences": [owner_reference(release)]},
                }
            )
        if spec["chart"].rpartition("/")[2] == GATEWAY_CHART:
            _gateway_service(store, proxy, release)
        store.set_status(
            release, status="deployed", localStandIn="record; routes and rollouts are the local cluster's own"
        )


def _gateway_service(store: Store, proxy: Proxy, release: Object) -> None:
    ports = release["spec"].get("values", {}).get("service", {}).get("ports", DEFAULT_PORTS)
    metadata = {key: release["metadata"][key] for key in ("name", "namespace")}
    declared = [{"name": port.get("name", ""), "port": port["port"]} for port in ports]
    service = store.put(
        {
            "apiVersion": "v1",
            "kind": SERVICE.name,
            "metadata": metadata | {"ownerReferences": [owner_reference(release)]},
            "spec": {"type": "ClusterIP", "ports": declared},
        }
    )
    served = [
        {"name": port.get("name", ""), "port": listening_port(port.get("targetPort", port["port"]))} for port in ports
    ]
    subset = {"addresses": [{"ip": proxy.address}], "ports": served}
    write_endpoints(store, service, [subset] if proxy.ready else [])
