"""Turns what an engine sends over the analyzer protocol into what rules judge."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.output import Unknown
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import deserialize, proxy

from policies.graph import Node
from policies.tokens import canonical

_UNKNOWN = Unknown()
_UNKNOWN_SENTINELS = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))


def node(resource: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource) -> Node:
    """The resource as a graph's node; an `AnalyzeRequest` has no property dependencies."""
    properties, secrets = decode(resource.properties)
    return Node(
        urn=resource.urn,
        type=canonical(resource.type),
        name=resource.name,
        properties=properties,
        secrets=secrets,
        protect=resource.options.protect,
        property_dependencies={
            name: tuple(found.urns) for name, found in getattr(resource, "propertyDependencies", {}).items()
        },
    )


def decode(struct: struct_pb2.Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """The plain properties, and the names of the top-level ones that hold a secret anywhere."""
    secrets: set[str] = set()
    properties = {}
    for name, value in json_format.MessageToDict(struct).items():
        properties[name] = _plain(value, name, secrets)
    return properties, frozenset(secrets)


def replaced(struct: struct_pb2.Struct, change: Mapping[str, Any]) -> struct_pb2.Struct:
    """A copy in which other values stand at dotted paths; all else, secrets and unknowns too, is as it travelled."""
    copy = struct_pb2.Struct()
    copy.CopyFrom(struct)
    for path, value in change.items():
        *outer, last = path.split(".")
        holder = copy
        for key in outer:
            holder = holder.get_or_create_struct(key) if key not in holder.fields else holder.fields[key].struct_value
        holder[last] = value
    return copy


def _plain(value: Any, name: str, secrets: set[str]) -> Any:
    if isinstance(value, list):
        return [_plain(item, name, secrets) for item in value]
    if isinstance(value, Mapping):
        if value.get(deserialize.SPECIAL_SIG_KEY) == deserialize.SPECIAL_SECRET_SIG:
            secrets.add(name)
            return _plain(value.get("value"), name, secrets)
        return {key: _plain(item, name, secrets) for key, item in value.items()}
    return _UNKNOWN if isinstance(value, str) and value in _UNKNOWN_SENTINELS else value
