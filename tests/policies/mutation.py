"""Violations done to the program's own graph: one for each rule, which that rule alone must catch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policies.graph import Graph, Node
from tests.policies.case import REMOVED, UNKNOWN, Case, Change, changed, found, put
from tests.policies.tables import CASES


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What is changed in the graph of a stack.

    `change` is written as in a graph's table, with resources named `Class::name`; a function there makes the new value
    of the old, `(protect)` stands for the option and `(dependencies)` for those of one property. `violation` names a
    change of the rule's own table that is done to `resource`, or where that is empty to the good resource, which then
    joins the stack.
    """

    change: Change = field(default_factory=dict)
    resource: str = ""
    violation: str = ""
    type: str = ""
    stack: str = "prod"
    standing: bool = False
    """The program has the violation as it is, and its stack's file says why."""

    def of(self, graph: Graph, rule: str) -> tuple[Graph, set[str]]:
        """The mutated graph, and the URNs of what is no longer as it was."""
        nodes = {label(node): node for node in graph.nodes}
        if self.violation:
            case = next(
                case
                for case in CASES
                if case.rule == rule and self.violation in case.bad and isinstance(case, Case)
                if self.type in case.type
            )
            name = f"{case.type.rpartition(':')[2]}::{self.resource or 'added'}"
            good = nodes[name].properties if self.resource else case.good
            properties = changed(good, case.bad[self.violation])
            nodes[name] = replace(nodes.get(name, _added(case.type, "added")), properties=properties)
        for path, value in self.change.items():
            _make(nodes, path, value)
        before = {node.urn: node for node in graph.nodes}
        touched = {node.urn for node in nodes.values() if before.get(node.urn) is not node}
        return Graph(nodes.values()), touched


def label(node: Node) -> str:
    """How a mutation names a resource of the graph."""
    return f"{node.type.rpartition(':')[2]}::{node.name}"


def done(resource: str, violation: str, *, type_: str = "", stack: str = "prod") -> Mutation:
    """A violation of the rule's table, done to a resource of the program."""
    return Mutation(resource=resource, violation=violation, type=type_, stack=stack)


def added(violation: str, change: Change | None = None, *, type_: str = "") -> Mutation:
    """A violation of the rule's table, which joins the stack as one more resource."""
    return Mutation(violation=violation, change=change or {}, type=type_)


@dataclass(frozen=True)
class CopyOf:
    """One more resource like this one."""

    resource: str


def _added(type_: str, name: str) -> Node:
    return Node(urn=f"urn:pulumi:prod::fortress::{type_}::{name}", type=type_, name=name, properties={})


def _make(nodes: dict[str, Node], path: str, value: Any) -> None:
    name, _, inner = path.partition(".")
    if not inner:
        _join_or_leave(nodes, name, value)
    elif inner.startswith("->"):
        nodes[name] = _pointed(nodes, nodes[name], inner[2:], value)
    elif inner == "(protect)":
        nodes[name] = replace(nodes[name], protect=value)
    elif inner.startswith("(dependencies)."):
        urns = {inner.partition(".")[2]: tuple(nodes[target].urn for target in value)}
        nodes[name] = replace(nodes[name], property_dependencies={**nodes[name].property_dependencies, **urns})
    else:
        nodes[name] = _altered(nodes[name], inner, value)


def _join_or_leave(nodes: dict[str, Node], name: str, value: Any) -> None:
    if value is REMOVED:
        del nodes[name]
    elif isinstance(value, CopyOf):
        like = nodes[value.resource]
        nodes[name] = replace(like, urn=f"{like.urn}-copy", name=name.rpartition("::")[2])
    else:
        new = _added(value.type, name.rpartition("::")[2])
        nodes[name] = replace(new, properties=changed(value.properties, {}), secrets=value.secrets)
        for reference, targets in value.references.items():
            nodes[name] = _pointed(nodes, nodes[name], reference, targets)


def _altered(node: Node, path: str, value: Any) -> Node:
    new = value(found(node.properties, path)) if callable(value) else value
    dependencies = {name: urns for name, urns in node.property_dependencies.items() if name != path}
    return replace(node, properties=changed(node.properties, {path: new}), property_dependencies=dependencies)


def _pointed(nodes: Mapping[str, Node], node: Node, path: str, targets: str | tuple[str, ...]) -> Node:
    many = not isinstance(targets, str)
    urns = tuple(nodes[target].urn for target in (targets if many else (targets,)))
    properties = changed(node.properties, {})
    put(properties, path, [UNKNOWN] * len(urns) if many else UNKNOWN)
    top = path.split(".")[0]
    return replace(node, properties=properties, property_dependencies={**node.property_dependencies, top: urns})
