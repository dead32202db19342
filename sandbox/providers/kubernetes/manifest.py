"""Between a resource's Pulumi properties and the object that the cluster's API takes."""

import hashlib
import secrets

from sandbox.cluster.kinds import BY_NAME, HELM_RELEASE, Kind
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Resource

AUTONAMED = "pulumi.com/autonamed"
"""The real provider's own annotation."""
SUFFIX_LENGTH = 8


def kind_of(resource: Resource) -> Kind | None:
    """The kind behind a type token (`kubernetes:core/v1:ConfigMap`); None for one the local cluster does not know."""
    _, module, name = resource.type.split(":")
    return BY_NAME.get((module.removeprefix("core/"), name))


def named(resource: Resource, kind: Kind, old: Properties, new: Properties, seed: bytes) -> Properties:
    """The inputs with a name and a namespace; a name made here carries the logical name and is kept on update."""
    if kind is HELM_RELEASE:
        name = new.get("name") or old.get("name") or _unique(resource, seed)
        return {**new, "name": name, "namespace": new.get("namespace", "default")}
    metadata = new.get("metadata", {})
    if not isinstance(metadata, dict):
        return new
    if kind.namespaced:
        metadata = {"namespace": "default", **metadata}
    if "name" not in metadata:
        name = old["metadata"]["name"] if is_autonamed(old) else _unique(resource, seed)
        annotations = {**metadata.get("annotations", {}), AUTONAMED: "true"}
        metadata = {**metadata, "name": name, "annotations": annotations}
    return {**new, "metadata": metadata}


def is_autonamed(properties: Properties) -> bool:
    """Whether the name was made here."""
    metadata = properties.get("metadata")
    return isinstance(metadata, dict) and AUTONAMED in metadata.get("annotations", {})


def manifest(kind: Kind, inputs: Properties) -> Properties:
    """The object to send; a Helm release has its inputs as `spec`."""
    if kind is not HELM_RELEASE:
        return inputs
    metadata = {key: inputs[key] for key in ("name", "namespace")}
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, "spec": inputs}


def outputs(kind: Kind, live: Properties) -> Properties:
    """What the program sees of an object."""
    if kind is HELM_RELEASE:
        status = {**live["metadata"], "chart": live["spec"]["chart"], "status": live.get("status", {}).get("status")}
        return {**live["spec"], "status": status, "resourceNames": {}}
    metadata = {key: value for key, value in live["metadata"].items() if key != "resourceVersion"}
    return {**live, "metadata": metadata}


def identity(kind: Kind, live: Properties) -> str:
    """The resource id: `namespace/name`, or the name alone."""
    metadata = live["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if kind.namespaced else metadata["name"]


def _unique(resource: Resource, seed: bytes) -> str:
    digest = hashlib.sha256(seed + resource.urn.encode()).hexdigest() if seed else secrets.token_hex(SUFFIX_LENGTH)
    return f"{resource.name}-{digest[:SUFFIX_LENGTH]}"
