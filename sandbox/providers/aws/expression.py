"""Values in the tables: JMESPath over a resource's document, or a text with places to fill in."""

from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.properties import Properties, is_known


class Text(str):
    """A value written as a format string: `Text("targetgroup/{name}")`."""

    __slots__ = ()


Expression = str


def arn(service: str, resource: str) -> Text:
    """The ARN of a resource; `resource` may have places to fill in."""
    return Text(f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}")


class _Functions(Functions):
    """What JMESPath lacks and AWS's requests need."""

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_last(self, text: str, separator: str) -> str:
        return text.rpartition(separator)[2]

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_ended(self, text: str, end: str) -> str:
        return text.removesuffix(end) + end

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_without(self, text: str, end: str) -> str:
        return text.removesuffix(end)

    @signature({"types": ["string"]}, {"types": ["array"]})
    def _func_each(self, before: str, texts: list[str]) -> list[str]:
        return [f"{before}{text}" for text in texts]

    @signature({"types": ["array", "null"]}, {"types": ["object"]})
    def _func_having(self, items: list[Properties] | None, members: Properties) -> Properties | None:
        return next((item for item in items or [] if members.items() <= item.items()), None)

    @signature({"types": ["object", "null"]}, {"types": ["string"]})
    def _func_arn_in(self, resource: Properties | None, name: str) -> str | None:
        named = {key.lower(): value for key, value in (resource or {}).items() if isinstance(value, str)}
        return named.get("arn") or named.get(name)

    @signature({"types": ["object", "null"]}, {"types": ["string"]}, {"types": ["string"]})
    def _func_pairs(self, mapping: Properties | None, key: str, value: str) -> list[Properties] | None:
        return [{key: name, value: item} for name, item in mapping.items()] if mapping else None


_OPTIONS = jmespath.Options(custom_functions=_Functions())


def evaluate(expression: Expression, document: Properties) -> Any:
    """The value, None where something is missing, Pulumi's unknown where it hangs on one."""
    if isinstance(expression, Text):
        values = {name: document.get(name) for name in paths(expression)}
        if UNKNOWN in values.values():
            return UNKNOWN
        return None if None in values.values() else expression.format(**values)
    in_doubt = any(not is_known(document.get(path.partition(".")[0])) for path in paths(expression))
    try:
        value = jmespath.search(expression, document, options=_OPTIONS)
    except JMESPathError:
        if in_doubt:
            return UNKNOWN
        raise
    return UNKNOWN if value is None and in_doubt else value


@cache
def paths(expression: Expression) -> frozenset[str]:
    """The dotted paths an expression reads, list indices left out: what of the inputs it carries."""
    if isinstance(expression, Text):
        return frozenset(name for _, name, _, _ in Formatter().parse(expression) if name)
    return frozenset(_paths(jmespath.compile(expression).parsed, "") if expression else ())


def _paths(node: Any, prefix: str) -> Iterator[str]:
    """Walks JMESPath's syntax tree; the left of a chain is where its right begins."""
    kind, children = node["type"], [child for child in node["children"] if isinstance(child, dict)]
    if kind == "field":
        yield f"{prefix}.{node['value']}" if prefix else node["value"]
    elif kind in ("identity", "current"):
        yield from filter(None, [prefix])
    elif kind.endswith(("projection", "subexpression", "index_expression", "flatten", "pipe")):
        starts = list(_paths(children[0], prefix))
        for child in children[1:2]:
            if child["type"] not in ("index", "slice"):
                starts = [path for start in starts for path in _paths(child, start)]
        yield from starts
    else:
        for child in children:
            yield from _paths(child, prefix)
