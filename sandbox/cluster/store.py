"""The objects of the cluster: in memory, and one file each on disk."""

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sandbox.cluster.kinds import BY_NAME, Kind

Object = dict[str, Any]
"""An object as its JSON says. What the store gives out is never changed in place."""

_SERVER_FIELDS = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "ownerReferences")


class StoreError(Exception):
    """A request that contradicts what is stored."""


class Reader(Protocol):
    """What is only read: the objects of this store, or of another cluster's."""

    def list(self, kind: Kind, namespace: str | None = None) -> list[Object]:
        """The objects of a kind, of one namespace or of all."""
        ...

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """The object, or None."""
        ...


def now() -> str:
    """The time as Kubernetes writes it, with microseconds."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def age_seconds(timestamp: str) -> float:
    """Seconds since a timestamp written by `now`."""
    return (datetime.now(UTC) - datetime.fromisoformat(timestamp)).total_seconds()


def kind_of(item: Object) -> Kind:
    """The kind of an object that carries `apiVersion` and `kind`."""
    return BY_NAME[item["apiVersion"], item["kind"]]


def owner_reference(owner: Object) -> Object:
    """The `ownerReferences` entry that makes `owner` the controller of another object."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }


class Store:
    """Every object, by kind, namespace and name; survives the death of the process at any moment."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        """Reads what is on disk; `changed` is called after every change."""
        self._folder = folder
        self._changed = changed
        self._objects: dict[tuple[Kind, str, str], Object] = {}
        for path in sorted(folder.glob("*/*/*.json")):
            item = _read(path)
            self._objects[self._key(item)] = item
        self._version = max((int(item["metadata"]["resourceVersion"]) for item in self.all()), default=0)

    def all(self) -> list[Object]:
        """Every object."""
        return list(self._objects.values())

    def list(self, kind: Kind, namespace: str | None = None) -> list[Object]:
        """The objects of a kind, oldest name first, of one namespace or of all."""
        found = [key for key in self._objects if key[0] is kind and namespace in (None, key[1])]
        return [self._objects[key] for key in sorted(found, key=lambda key: key[1:])]

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """The object, or None."""
        return self._objects.get((kind, namespace if kind.namespaced else "", name))

    def current(self, item: Object) -> Object | None:
        """The object as it is now; None when it is gone, or another has taken its name."""
        found = self._objects.get(self._key(item))
        return found if found and found["metadata"]["uid"] == item["metadata"]["uid"] else None

    def owned(self, kind: Kind, owner: Object) -> Sequence[Object]:
        """The objects of a kind that `owner` controls."""
        uid = owner["metadata"]["uid"]
        references = ((item, item["metadata"].get("ownerReferences", ())) for item in self.list(kind))
        return [item for item, owners in references if any(reference["uid"] == uid for reference in owners)]

    def put(self, declared: Object) -> Object:
        """Creates or replaces what a client declares; what the server and its controllers own is kept."""
        old = self._objects.get(self._key(declared))
        if old and "deletionTimestamp" in old["metadata"]:
            raise StoreError(f"{declared['kind']} {declared['metadata']['name']} is being deleted")
        metadata = {"uid": str(uuid.uuid4()), "creationTimestamp": now(), "generation": 1, **declared["metadata"]}
        new = {**declared, "metadata": metadata}
        if old:
            kept = {field: old["metadata"][field] for field in _SERVER_FIELDS if field in old["metadata"]}
            new |= {"metadata": {**metadata, **kept}} | ({"status": old["status"]} if "status" in old else {})
            for path in kind_of(declared).controlled:
                new = _kept(old, new, path.split("."))
            if _declaration(old) != _declaration(new):
                new["metadata"]["generation"] += 1
        return self._save(new)

    def write(self, item: Object) -> Object:
        """Stores what a controller made of an object; nothing happens when it is the same or the object is gone."""
        return self._save(item) if self.current(item) else item

    def set_status(self, item: Object, **fields: Any) -> None:
        """Changes these fields of the object's status."""
        if (found := self.current(item)) is not None:
            self._save({**found, "status": {**found.get("status", {}), **fields}})

    def delete(self, item: Object) -> None:
        """Marks the object; it goes when nothing depends on it any more."""
        found = self.current(item)
        if found and "deletionTimestamp" not in found["metadata"]:
            self._save({**found, "metadata": {**found["metadata"], "deletionTimestamp": now()}})

    def remove(self, item: Object) -> None:
        """Takes the object out at once."""
        if self.current(item):
            del self._objects[self._key(item)]
            self._path(item).unlink(missing_ok=True)
            self._changed()

    def _save(self, item: Object) -> Object:
        old = self._objects.get(self._key(item))
        version = old["metadata"]["resourceVersion"] if old else None
        item = {**item, "metadata": {**item["metadata"], "resourceVersion": version}}
        if item == old:
            return item
        self._version += 1
        item["metadata"]["resourceVersion"] = str(self._version)
        path = self._path(item)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, json.dumps(item))
        self._objects[self._key(item)] = item
        self._changed()
        return item

    @staticmethod
    def _key(item: Object) -> tuple[Kind, str, str]:
        kind, metadata = kind_of(item), item["metadata"]
        return kind, metadata["namespace"] if kind.namespaced else "", metadata["name"]

    def _path(self, item: Object) -> Path:
        kind, namespace, name = self._key(item)
        group = kind.api_version.replace("/", "_")
        return self._folder / f"{kind.plural}.{group}" / (namespace or "_") / f"{name}.json"


def replace_file(path: Path, content: str) -> None:
    """Replaces the file's content in one step; readable by the owner only."""
    partial = path.with_name(f".{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_text(content)
    partial.replace(path)


def _read(path: Path) -> Object:
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise StoreError(f"{path} is cut short ({error}); delete it and declare the object again") from None


def _declaration(item: Object) -> Object:
    return {key: value for key, value in item.items() if key not in ("metadata", "status")}


def _kept(old: Any, new: Any, path: list[str]) -> Any:
    head, *rest = path
    if not isinstance(old, dict) or not isinstance(new, dict) or head not in old:
        return new
    if rest:
        return {**new, head: _kept(old[head], new[head], rest)} if head in new else new
    return {head: old[head], **new}
