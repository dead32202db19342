"""A stack many times over: what the pack has to bear when a stack grows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from policies.graph import Graph, Node

NAMES = ("name", "namespace", "identifier", "serviceAccount", "serviceAccountName")


def copies(graph: Graph, count: int) -> Graph:
    """The stack that many times over, each with names of its own."""
    named = {text for node in graph.nodes for text in _names(node.properties)}
    return Graph(_copy(node, f"-{number}", named) for number in range(count) for node in graph.nodes)


def _copy(node: Node, suffix: str, named: set[str]) -> Node:
    def renamed(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [renamed(item) for item in value]
        return value + suffix if isinstance(value, str) and value in named else value

    dependencies = {name: tuple(urn + suffix for urn in urns) for name, urns in node.property_dependencies.items()}
    return replace(
        node,
        urn=node.urn + suffix,
        name=node.name + suffix,
        properties=renamed(node.properties),
        property_dependencies=dependencies,
    )


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (value[key] for key in NAMES if isinstance(value.get(key), str))
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _names(item)
