# ruff: noqa: ARG002 - parameters are those of the base class
"""The provider: Pulumi's protocol in front of the local cluster."""

import time
from collections.abc import Iterable
from typing import ClassVar

from pulumi.runtime.rpc import UNKNOWN

from sandbox.cluster.kinds import CONFIG_MAP, SECRET, SERVICE, Kind
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.kubernetes import manifest, readiness, validation
from sandbox.providers.kubernetes.cluster_client import ClusterClient
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Checked, Failure, Provider, Resource, State

DEFAULT_TIMEOUT_SECONDS = 60
POLL_SECONDS = 0.05
TIMEOUT = "pulumi.com/timeoutSeconds"
"""The real provider's own annotation."""
MUTABLE = {CONFIG_MAP: "enableConfigMapMutable", SECRET: "enableSecretMutable"}
"""Replaced when their data changes unless the provider is configured so, like the real one's."""


class KubernetesProvider(Provider):
    """Validates strictly, applies to the local cluster, and waits for what was declared.

    `kubeconfig`, `clusterIdentifier` and the like are accepted: there is one cluster here.
    """

    package: ClassVar[str] = "kubernetes"

    def __init__(self, cluster_url: str) -> None:
        super().__init__()
        self._client = ClusterClient(cluster_url)

    def check(self, resource: Resource, old_inputs: Properties, inputs: Properties, seed: bytes) -> Checked:
        kind = manifest.kind_of(resource)
        if kind is None:
            reason = (
                f"type {resource.type} of resource '{resource.name}' is not handled by the local cluster; "
                "add its kind to sandbox/cluster/kinds.py (and the schema of a custom resource beside it, to schemas/)"
            )
            return Checked(inputs=inputs, failures=[Failure(reason=reason)])
        named = manifest.named(resource, kind, old_inputs, inputs, seed)
        return Checked(inputs=named, failures=validation.failures(manifest.manifest(kind, named)))

    def replaces(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> Iterable[str]:
        kind = _kind(resource)
        is_mutable = kind in MUTABLE and self.config.get(MUTABLE[kind]) and not old_inputs.get("immutable")
        identity = ("name", "namespace", "metadata.name", "metadata.namespace")
        return (*identity, *(() if is_mutable else kind.force_new))

    def delete_before_replace(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> bool:
        return not manifest.is_autonamed(inputs) and _declared_name(old_inputs) == _declared_name(inputs)

    def preview(self, resource: Resource, inputs: Properties) -> Properties:
        if _kind(resource) is SERVICE:
            return {**inputs, "spec": {"clusterIP": UNKNOWN, **inputs["spec"]}, "status": UNKNOWN}
        return {**inputs, "status": UNKNOWN}

    def create(self, resource: Resource, inputs: Properties) -> State:
        kind = _kind(resource)
        live = self._client.put(kind, manifest.manifest(kind, inputs))
        live = self._until_ready(resource, kind, live, inputs)
        return State(id=manifest.identity(kind, live), outputs=manifest.outputs(kind, live))

    def read(self, resource: Resource, id: str, inputs: Properties, outputs: Properties) -> State | None:  # noqa: A002
        kind = _kind(resource)
        live = self._client.get(kind, *_place(id))
        return State(id=id, outputs=manifest.outputs(kind, live)) if live else None

    def update(self, resource: Resource, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        return self.create(resource, inputs).outputs

    def preview_update(self, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        outputs = super().preview_update(state, old_inputs, inputs)
        cluster_ip = state.outputs.get("spec", {}).get("clusterIP")
        return outputs if cluster_ip is None else {**outputs, "spec": {"clusterIP": cluster_ip, **outputs["spec"]}}

    def delete(self, resource: Resource, state: State, old_inputs: Properties) -> None:
        kind = _kind(resource)
        self._client.delete(kind, *_place(state.id))
        deadline = time.monotonic() + _timeout_seconds(resource, old_inputs)
        while self._client.get(kind, *_place(state.id)) is not None:
            if time.monotonic() > deadline or self.cancelled.is_set():
                raise ProviderError(f"{kind.name} {state.id} is still there: something that it holds has not ended")
            time.sleep(POLL_SECONDS)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        raise ProviderError(f"function {token} is not handled by the local cluster; add it to {__name__}")

    def _until_ready(self, resource: Resource, kind: Kind, live: Properties, inputs: Properties) -> Properties:
        identity, metadata = manifest.identity(kind, live), live["metadata"]
        timeout_seconds = _timeout_seconds(resource, live)
        deadline = time.monotonic() + timeout_seconds
        while not (found := readiness.of(self._client, kind, live)).ready:
            if found.failed or time.monotonic() > deadline or self.cancelled.is_set():
                after = "failed" if found.failed else f"is not ready after {timeout_seconds:g} s"
                reason = f"{kind.name} {identity} {after}: {found.reason}"
                raise InitializationFailed(
                    id=identity, outputs=manifest.outputs(kind, live), inputs=inputs, reasons=[reason]
                )
            time.sleep(POLL_SECONDS)
            live = self._client.get(kind, metadata.get("namespace", ""), metadata["name"]) or live
        return live


def _kind(resource: Resource) -> Kind:
    kind = manifest.kind_of(resource)
    if kind is None:
        raise ProviderError(f"type {resource.type} is not handled by the local cluster")
    return kind


def _declared_name(inputs: Properties) -> tuple[object, object]:
    """Namespace and name; nothing where the metadata as a whole is not known yet."""
    metadata = inputs.get("metadata", inputs)
    return (metadata.get("namespace"), metadata.get("name")) if isinstance(metadata, dict) else (None, None)


def _place(id: str) -> tuple[str, str]:  # noqa: A002
    namespace, _, name = id.rpartition("/")
    return namespace, name


def _timeout_seconds(resource: Resource, item: Properties) -> float:
    annotations = item.get("metadata", {}).get("annotations", {})
    return float(annotations.get(TIMEOUT, 0)) or resource.timeout_seconds or DEFAULT_TIMEOUT_SECONDS
