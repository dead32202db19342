"""Property values in the form that the wire and the state share: JSON with marked secrets and unknowns."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

Properties = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, no password
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN = rpc.UNKNOWN


def from_struct(struct: struct_pb2.Struct) -> Properties:
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [_from_value(element) for element in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return None if kind in (None, "null_value") else getattr(value, kind)


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct


def secret(value: Any) -> Properties:
    return value if is_secret(value) else {SIGNATURE: SECRET_SIGNATURE, "value": value}


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET_SIGNATURE


def rewrite(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with `change` applied to every part of it, the innermost first."""
    if isinstance(value, dict):
        value = {key: rewrite(element, change) for key, element in value.items()}
    elif isinstance(value, list):
        value = [rewrite(element, change) for element in value]
    return change(value)


def plain(value: Any) -> Any:
    """The value without its secret marks."""
    return rewrite(value, lambda part: part["value"] if is_secret(part) else part)


def without_references(value: Any) -> Any:
    """Resource references as the id (or URN) that a provider without references understands."""

    def reduce(part: Any) -> Any:
        is_reference = isinstance(part, dict) and part.get(SIGNATURE) == RESOURCE_SIGNATURE
        return part.get("id", part["urn"]) if is_reference else part

    return rewrite(value, reduce)


def contains(value: Any, predicate: Callable[[Any], bool]) -> bool:
    if predicate(value):
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(contains(part, predicate) for part in parts)


def is_unknown(value: Any) -> bool:
    return value == UNKNOWN


def same(first: Any, second: Any) -> bool:
    """Equal but for secret marks; unlike `==`, true is not 1."""
    return canonical(plain(first)) == canonical(plain(second))


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def mark_secrets(outputs: Properties, *, like: Mapping[str, Any]) -> Properties:
    """Outputs in which each property that is (or holds) a secret in `like` is secret too."""
    marked = copy.copy(outputs)
    for key, value in like.items():
        if key not in outputs or is_secret(outputs[key]):
            continue
        if isinstance(value, dict) and not is_secret(value) and isinstance(outputs[key], dict):
            marked[key] = mark_secrets(outputs[key], like=value)
        elif contains(value, is_secret):
            marked[key] = secret(outputs[key])
    return marked
