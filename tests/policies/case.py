"""How the tables of good and bad resources are written: a good one, and for each violation what is changed in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from pulumi.output import Unknown

from policies.graph import Graph, Node

UNKNOWN = Unknown()


class Removed(Enum):
    """Marks a property, or a whole resource, that a change takes away."""

    REMOVED = "removed"


REMOVED = Removed.REMOVED

Change = Mapping[str, Any]
"""Dotted paths with what stands there instead; numbers index lists, `~` is a dot within a key.

In a graph the first part names the resource, and `->` before a path points a reference elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rule on single resources: properties it accepts, and named changes that each make it object."""

    rule: str
    type: str
    good: Mapping[str, Any]
    bad: Mapping[str, Change]
    also_good: Mapping[str, Change] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a graph; `references` are the properties that take another resource's id."""

    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    protect: bool = False
    name: str = ""
    """Left out: its name in the table."""


@dataclass(frozen=True, kw_only=True)
class GraphCase:
    """A rule over the graph: resources it accepts, and named changes that each make it object to `anchor`."""

    rule: str
    anchor: str
    good: Mapping[str, Resource]
    bad: Mapping[str, Change]
    also_good: Mapping[str, Change] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


def changed(properties: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A deep copy of the properties with the change made."""
    result = _copied(properties)
    for path, value in change.items():
        _put(result, _keys(path), value)
    return result


def put(properties: dict[str, Any], path: str, value: Any) -> None:
    """Lets a value stand at a dotted path."""
    _put(properties, _keys(path), value)


def _copied(value: Any) -> Any:
    """A deep copy in which nothing is shared, as on the wire."""
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _keys(path: str) -> list[str]:
    return [part.replace("~", ".") for part in path.split(".")]


def _put(holder: Any, keys: list[str], value: Any) -> None:
    if holder is UNKNOWN:
        return
    key: Any = int(keys[0]) if isinstance(holder, list) else keys[0]
    if len(keys) > 1:
        if isinstance(holder, dict):
            holder.setdefault(key, {})
        _put(holder[key], keys[1:], value)
    elif value is REMOVED:
        del holder[key]
    elif isinstance(holder, list) and key == len(holder):
        holder.append(value)
    else:
        holder[key] = value


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The dotted paths of every scalar, list and object inside."""
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        part = str(key).replace(".", "~")
        inner = f"{path}.{part}" if path else part
        yield inner
        yield from leaves(item, inner)


def found(properties: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path."""
    value: Any = properties
    for key in _keys(path):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def with_change(resources: Mapping[str, Resource], change: Change) -> dict[str, Resource]:
    """The resources with one taken away, added, pointed elsewhere or changed."""
    result: dict[str, Any] = dict(resources)
    for path, value in change.items():
        name, _, inner = path.partition(".")
        if value is REMOVED and not inner:
            del result[name]
        elif not inner:
            result[name] = value
        else:
            result[name] = _altered(result[name], inner, value)
    return result


def _altered(resource: Resource, path: str, value: Any) -> Resource:
    if not path.startswith("->"):
        return replace(resource, properties=changed(resource.properties, {path: value}))
    references = {key: target for key, target in resource.references.items() if key != path[2:]}
    return replace(resource, references=references if value is REMOVED else {**references, path[2:]: value})


def urn(resource: Resource, name: str) -> str:
    """The URN an engine would give it."""
    return f"urn:pulumi:test::fortress::{resource.type}::{name}"


def graph(resources: Mapping[str, Resource], *, deployed: bool) -> Graph:
    """The graph as an engine shows it: ids unknown and joined by dependencies, or deployed with every id known."""
    return Graph(_node(name, resource, resources, deployed=deployed) for name, resource in resources.items())


def _node(name: str, resource: Resource, resources: Mapping[str, Resource], *, deployed: bool) -> Node:
    properties = _copied(resource.properties)
    dependencies: dict[str, tuple[str, ...]] = {}
    for path, targets in resource.references.items():
        targets = (targets,) if isinstance(targets, str) else targets
        many = not isinstance(resource.references[path], str)
        values = [f"{target}-id" if deployed else UNKNOWN for target in targets]
        _put(properties, _keys(path), values if many else values[0])
        top = path.split(".")[0]
        found = tuple(urn(resources[target], target) for target in targets if target in resources)
        dependencies[top] = (*dependencies.get(top, ()), *found)
    if deployed:
        properties = {"id": f"{name}-id", **properties}
    return Node(
        urn=urn(resource, name),
        type=resource.type,
        name=resource.name or name,
        properties=properties,
        secrets=resource.secrets,
        protect=resource.protect,
        property_dependencies=dependencies,
    )
