"""Kubernetes objects, read and declared through the official client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kubernetes import config
from kubernetes.client import ApiClient
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import NotFoundError, ResourceNotFoundError

OWNER = "fortress"
"""The field manager of everything that is declared here."""
STRICT = (("fieldValidation", "Strict"),)
MERGE_PATCH = "application/merge-patch+json"


class Objects:
    """The objects of one cluster, as plain mappings."""

    def __init__(self, kubeconfig: Path | None, *, discovered: Path, context: str | None = None) -> None:
        """`kubeconfig` None is the user's own; `discovered` a file for what the client learns of the API."""
        client: ApiClient = config.new_client_from_config(str(kubeconfig) if kubeconfig else None, context=context)
        client.rest_client.pool_manager.connection_pool_kw["retries"] = False
        self._client = DynamicClient(client, cache_file=str(discovered))

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> dict[str, Any] | None:
        """The object; None when there is none of that name."""
        try:
            return self._resource(api_version, kind).get(name=name, namespace=namespace).to_dict()
        except NotFoundError:
            return None

    def list(self, api_version: str, kind: str, namespace: str | None = None, *, labels: str = "") -> list[Any]:
        """The objects of a kind that bear these labels (`key=value`, comma-separated)."""
        found = self._resource(api_version, kind).get(namespace=namespace, label_selector=labels)
        return found.to_dict()["items"]

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether the cluster serves that kind."""
        try:
            self._resource(api_version, kind)
        except ResourceNotFoundError:
            return False
        return True

    def apply(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Declares an object (server-side apply).

        A field that the API does not know is refused, and so is one that somebody else owns.
        """
        resource = self._resource(declared["apiVersion"], declared["kind"])
        namespace = declared["metadata"].get("namespace")
        applied = self._client.server_side_apply(
            resource, dict(declared), namespace=namespace, field_manager=OWNER, query_params=[*STRICT]
        )
        return applied.to_dict()

    def patch_status(self, api_version: str, kind: str, name: str, namespace: str, status: Mapping[str, Any]) -> None:
        """Merges into an object's status, as the kubectl plugin of Argo Rollouts does."""
        resource = self._resource(api_version, kind).subresources["status"]
        resource.patch(name=name, namespace=namespace, body={"status": dict(status)}, content_type=MERGE_PATCH)

    def delete(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> None:
        """Deletes an object and, before it is gone, what it owns; nothing happens when there is none."""
        try:
            self._resource(api_version, kind).delete(name=name, namespace=namespace, propagation_policy="Foreground")
        except NotFoundError:
            return

    def watch(self, seen: Mapping[str, Any], *, seconds: int) -> Iterator[dict[str, Any]]:
        """Every version of an object after the one `seen` until it is deleted, for at most so many seconds."""
        metadata = seen["metadata"]
        changes = self._resource(seen["apiVersion"], seen["kind"]).watch(
            namespace=metadata.get("namespace"),
            name=metadata["name"],
            resource_version=metadata["resourceVersion"],
            timeout=seconds,
        )
        for change in changes:
            if change["type"] == "DELETED":
                return
            yield change["raw_object"]

    def follow(self, api_version: str, kind: str) -> Iterator[list[dict[str, Any]]]:
        """All objects of a kind: those there are now, and again after every change."""
        resource = self._resource(api_version, kind)
        found = resource.get().to_dict()
        known = {each["metadata"]["uid"]: each for each in found["items"]}
        yield list(known.values())
        for change in resource.watch(resource_version=found["metadata"]["resourceVersion"]):
            changed = change["raw_object"]
            known.pop(changed["metadata"]["uid"], None)
            if change["type"] != "DELETED":
                known[changed["metadata"]["uid"]] = changed
            yield list(known.values())

    def _resource(self, api_version: str, kind: str) -> Any:
        return self._client.resources.get(api_version=api_version, kind=kind)
