"""Values in the tables: JMESPath over a resource's document, or a text with places to fill in."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.properties import Properties, is_known


class Text(str):
    """A value written as a format string: `Text("arn:aws:rds:{region}:{account}:db:{identifier}")`."""

    __slots__ = ()


Expression = str


def evaluate(expression: Expression, document: Properties) -> Any:
    """The value, None where something is missing, Pulumi's unknown where it hangs on one."""
    if isinstance(expression, Text):
        return _filled(expression, document)
    try:
        return jmespath.search(expression, document)
    except JMESPathError:
        if any(not is_known(jmespath.search(path, document)) for path in paths(expression)):
            return UNKNOWN
        raise


def paths(expression: Expression) -> frozenset[str]:
    """The dotted paths an expression reads, list indices left out: what of the inputs it carries."""
    if isinstance(expression, Text):
        return frozenset(name for _, name, _, _ in Formatter().parse(expression) if name)
    return frozenset(_paths(jmespath.compile(expression).parsed, ""))


def _filled(text: Text, document: Properties) -> Any:
    values = {name: document.get(name) for _, name, _, _ in Formatter().parse(text) if name}
    if UNKNOWN in values.values():
        return UNKNOWN
    return None if None in values.values() else text.format(**values)


_CHAINS = {"subexpression", "index_expression", "projection", "filter_projection", "flatten", "value_projection", "pipe"}


def _paths(node: dict[str, Any], prefix: str) -> Iterator[str]:
    """Walks JMESPath's syntax tree; the left of a chain is where its right begins."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        yield f"{prefix}.{node['value']}" if prefix else node["value"]
    elif kind in ("identity", "current"):
        yield from [prefix] if prefix else []
    elif kind in _CHAINS:
        starts = list(_paths(children[0], prefix))
        for child in children[1:2]:
            if child["type"] not in ("index", "slice"):
                starts = [path for start in starts for path in _paths(child, start)]
        yield from starts
    else:
        for child in children:
            if isinstance(child, dict):
                yield from _paths(child, prefix)
