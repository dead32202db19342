"""The stack as a graph: resources joined through property dependencies, which hold before any id is known."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.output import Unknown

from policies.values import Properties, UnknownValueError

_FARTHEST_STEPS = 3
_NOT_KNOWN = object()


@dataclass(frozen=True, kw_only=True, eq=False)
class Node:
    """One resource: canonical type, properties, the top-level properties that are secret, and what it depends on."""

    urn: str
    type: str
    name: str
    properties: Properties
    secrets: frozenset[str] = frozenset()
    protect: bool = False
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    """The line of the program that declares it, as `path:line`; empty where nobody told."""


class Graph:
    """All resources of a stack."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = tuple(nodes)
        self._by_urn = {node.urn: node for node in self.nodes}
        self._by_type: defaultdict[str, list[Node]] = defaultdict(list)
        self._by_identity: defaultdict[str, list[Node]] = defaultdict(list)
        self._referrers: dict[tuple[str, str, str], dict[str, list[Node]]] = {}
        self._alike: dict[tuple[Callable[[Node], Any], tuple[str, ...]], dict[Any, list[Node]]] = {}
        for node in self.nodes:
            self._by_type[node.type].append(node)
            for name in ("id", "arn"):
                identity = node.properties.get(name)
                if isinstance(identity, str):
                    self._by_identity[identity].append(node)

    def of(self, *types: str) -> list[Node]:
        """The resources of these types."""
        return [node for type_ in types for node in self._by_type[type_]]

    def alike(self, trait: Callable[[Node], Any], value: Any, *types: str) -> list[Node]:
        """The resources of these types that have this value of the trait, and after them those of unknown value."""
        index = self._alike.get((trait, types))
        if index is None:
            index = self._alike[trait, types] = defaultdict(list)
            for node in self.of(*types):
                index[_trait_of(node, trait)].append(node)
        return [*index.get(value, ()), *index.get(_NOT_KNOWN, ())]

    def references(self, node: Node, path: str, *types: str) -> list[Node]:
        """The resources of these types that a property refers to.

        A known id or ARN decides exactly; where it is unknown, or belongs to no resource here, the property's
        dependencies do, or where none is of these types what they in turn depend on. A property that is left out
        refers to nothing.
        """
        values = list(_leaves(node.properties, path.split(".")))
        if not values:
            return []
        exact = [self._identified(value, types) for value in values]
        if all(exact):
            return list(dict.fromkeys(found for found in exact if found))
        urns = node.property_dependencies.get(path.split(".")[0], ())
        return list(dict.fromkeys([*filter(None, exact), *self._nearest(urns, types)]))

    def depends_on(self, node: Node, name: str, *types: str) -> list[Node]:
        """The resources of these types that went into a top-level property directly, known or not."""
        found = (self._by_urn.get(urn) for urn in node.property_dependencies.get(name, ()))
        return [target for target in found if target is not None and target.type in types]

    def referrers(self, node: Node, type_: str, path: str) -> list[Node]:
        """The resources of a type whose property refers to this one."""
        index = self._referrers.get((type_, path, node.type))
        if index is None:
            index = self._referrers[type_, path, node.type] = defaultdict(list)
            for source in self._by_type[type_]:
                for target in self.references(source, path, node.type):
                    index[target.urn].append(source)
        return index.get(node.urn, [])

    def _nearest(self, urns: Iterable[str], types: tuple[str, ...]) -> list[Node]:
        for _ in range(_FARTHEST_STEPS):
            nodes = [self._by_urn[urn] for urn in urns if urn in self._by_urn]
            wanted = [node for node in nodes if node.type in types]
            if wanted or not nodes:
                return wanted
            urns = [urn for node in nodes for found in node.property_dependencies.values() for urn in found]
        return []

    def _identified(self, value: Any, types: tuple[str, ...]) -> Node | None:
        candidates = self._by_identity.get(value, ()) if isinstance(value, str) else ()
        return next((node for node in candidates if node.type in types), None)


def _trait_of(node: Node, trait: Callable[[Node], Any]) -> Any:
    try:
        return trait(node)
    except UnknownValueError:
        return _NOT_KNOWN


def _leaves(value: Any, keys: list[str]) -> Iterable[Any]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, keys)
    elif keys:
        yield from _leaves(value.get(keys[0]), keys[1:]) if isinstance(value, Mapping) else ()
    elif value is not None and value != "":
        yield value
