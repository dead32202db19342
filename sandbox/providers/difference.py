"""What differs between two sets of inputs, property by property, as Pulumi's detailed diff wants it."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from pulumi.runtime.proto import provider_pb2

from sandbox.providers.properties import Properties

_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class Change(StrEnum):
    """How one property differs; the names are those of Pulumi's `PropertyDiff.Kind`."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


def changes(old: object, new: object, path: str = "") -> Iterator[tuple[str, Change]]:
    """Each property path that differs, in Pulumi's own notation (`spec.ports[0].name`, `tags["a.b"]`)."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _member_changes(old, new, key, _join(path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _member_changes(dict(enumerate(old)), dict(enumerate(new)), index, f"{path}[{index}]")
    elif old != new:
        yield path, Change.UPDATE


def top_level(path: str) -> str:
    """The property a path starts at."""
    match = _PLAIN_NAME.match(path)
    return match.group() if match else path


def diff_response(
    old: Properties, new: Properties, *, replaces: Iterable[str] = (), delete_before_replace: bool = False
) -> provider_pb2.DiffResponse:
    """The answer to Diff.

    `replaces` are the properties or property paths whose change needs a replacement; a path covers what is under it.
    `delete_before_replace` counts only where something is replaced.
    """
    forcing = tuple(replaces)
    response = provider_pb2.DiffResponse(hasDetailedDiff=True, changes=provider_pb2.DiffResponse.DIFF_NONE)
    for path, change in changes(old, new):
        replace = any(_covers(prefix, path) for prefix in forcing)
        kind = f"{change}_REPLACE" if replace else str(change)
        response.detailedDiff[path].kind = provider_pb2.PropertyDiff.Kind.Value(kind)
        response.detailedDiff[path].inputDiff = True
        response.changes = provider_pb2.DiffResponse.DIFF_SOME
        for names in (response.diffs, response.replaces) if replace else (response.diffs,):
            if top_level(path) not in names:
                names.append(top_level(path))
    response.deleteBeforeReplace = delete_before_replace and bool(response.replaces)
    return response


def _member_changes(old: dict, new: dict, key: object, path: str) -> Iterator[tuple[str, Change]]:
    if key not in old:
        yield path, Change.ADD
    elif key not in new:
        yield path, Change.DELETE
    else:
        yield from changes(old[key], new[key], path)


def _covers(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))


def _join(path: str, key: str) -> str:
    if not _PLAIN_NAME.fullmatch(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
