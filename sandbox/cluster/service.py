"""Services: an address, and the pods behind it."""

from sandbox.cluster.addresses import Addresses
from sandbox.cluster.kinds import ENDPOINTS, POD, SERVICE
from sandbox.cluster.pod_template import is_ready
from sandbox.cluster.store import Object, Reader, Store, owner_reference


def reconcile(store: Store, addresses: Addresses) -> None:
    """Gives every Service its ClusterIP, and its Endpoints the ready pods that its selector picks."""
    for service in store.list(SERVICE):
        spec = service["spec"]
        if "deletionTimestamp" in service["metadata"] or spec.get("type") == "ExternalName":
            continue
        if not spec.get("clusterIP"):
            taken = {other["spec"].get("clusterIP", "") for other in store.list(SERVICE)}
            service = store.write({**service, "spec": {**spec, "clusterIP": addresses.service(taken)}})
        if spec.get("selector"):
            write_endpoints(store, service, _subsets(store, service))


def write_endpoints(store: Store, service: Object, subsets: list[Object]) -> None:
    """Makes these the Endpoints of the Service."""
    metadata = {key: service["metadata"][key] for key in ("name", "namespace")}
    old = store.get(ENDPOINTS, metadata["namespace"], metadata["name"])
    if old is None:
        metadata["ownerReferences"] = [owner_reference(service)]
        store.put({"apiVersion": "v1", "kind": ENDPOINTS.name, "metadata": metadata, "subsets": subsets})
    else:
        store.write({**old, "subsets": subsets})


def endpoints(store: Reader, service: Object, port: int | str | None) -> list[tuple[str, int]]:
    """Address and port of everything ready behind one port of the Service, by its number or name."""
    found = store.get(ENDPOINTS, service["metadata"]["namespace"], service["metadata"]["name"])
    declared = next(
        (each for each in service["spec"].get("ports", ()) if port in (None, each["port"], each.get("name"))), None
    )
    return [
        (address["ip"], each["port"])
        for subset in (found or {}).get("subsets", ())
        for address in subset.get("addresses", ())
        for each in subset["ports"]
        if declared is not None and each.get("name", "") == declared.get("name", "")
    ]


def _subsets(store: Store, service: Object) -> list[Object]:
    selector = service["spec"]["selector"].items()
    pods = [
        pod
        for pod in store.list(POD, service["metadata"]["namespace"])
        if selector <= pod["metadata"].get("labels", {}).items()
    ]
    ready = [pod for pod in pods if is_ready(pod)]
    if not ready:
        return []
    addresses = [
        {"ip": pod["status"]["podIP"], "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"]}} for pod in ready
    ]
    ports = [
        {"name": port.get("name", ""), "port": _target_port(ready[0], port.get("targetPort", port["port"]))}
        for port in service["spec"].get("ports", ())
    ]
    return [{"addresses": addresses, "ports": ports}]


def _target_port(pod: Object, target: int | str) -> int:
    if isinstance(target, int):
        return target
    named = (port for container in pod["spec"]["containers"] for port in container.get("ports", ()))
    return next((port["containerPort"] for port in named if port.get("name") == target), 0)
