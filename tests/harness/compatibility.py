"""Whether readers of one version of an event understand what writers of another version tell.

The rules are those by which JSON Schemas of records evolve: a reader may demand nothing that the writer does not
promise. Only the keywords that the events use are judged; a schema that uses another one is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ANNOTATIONS = frozenset({"$schema", "title", "description", "examples", "datacontenttype"})
JUDGED = frozenset(
    {
        "type",
        "const",
        "enum",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "required",
        "properties",
    }
)
VERSION_NAME = "$.dataschema"


def faults(*, reader: dict[str, Any], writer: dict[str, Any], place: str = "$") -> Iterator[str]:
    """What a `reader` would refuse of what a `writer` may write; nothing for compatible schemas."""
    for keyword in sorted((reader.keys() | writer.keys()) - JUDGED - ANNOTATIONS):
        yield f"{place} uses {keyword}, whose compatibility is not judged"
    if place == VERSION_NAME:
        return
    yield from _values(reader, writer, place)
    yield from _bounds(reader, writer, place)
    for name in set(reader.get("required", ())) - set(writer.get("required", ())):
        yield f"{place}.{name} is demanded and not promised"
    for name, member in reader.get("properties", {}).items():
        if name in writer.get("properties", {}):
            yield from faults(reader=member, writer=writer["properties"][name], place=f"{place}.{name}")


def _values(reader: dict[str, Any], writer: dict[str, Any], place: str) -> Iterator[str]:
    allowed, written = _listed(reader), _listed(writer)
    if allowed is not None and (written is None or not written <= allowed):
        yield f"{place} may be {written or 'anything'}, understood are {allowed}"
    for keyword in ("type", "pattern", "format"):
        if keyword in reader and reader[keyword] != writer.get(keyword) and written is None:
            yield f"{place} is {writer.get(keyword)!r} in {keyword}, understood is {reader[keyword]!r}"


def _bounds(reader: dict[str, Any], writer: dict[str, Any], place: str) -> Iterator[str]:
    for keyword, tighter in (("minimum", 1), ("minLength", 1), ("maximum", -1), ("maxLength", -1)):
        if keyword not in reader:
            continue
        if keyword not in writer or tighter * writer[keyword] < tighter * reader[keyword]:
            yield f"{place} has {keyword} {writer.get(keyword)}, understood is {reader[keyword]}"


def _listed(schema: dict[str, Any]) -> set[str] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None
