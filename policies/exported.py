"""An exported deployment (`pulumi stack export`, version 3) as the graph that rules judge."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi_policy import deserialize

from policies.decode import decode
from policies.graph import Graph, Node
from policies.tokens import canonical

_POSITION = re.compile(r"^(?:project|file)://(?:/)?(?P<path>[^#]+)#(?P<line>\d+)")


class ExportError(ValueError):
    """A file that is no exported deployment; the message says what it is and what is wanted."""


def read_export(path: Path) -> tuple[str, Graph]:
    """The stack's name and its resources as they stand: what was declared, with the outputs that add to that.

    A secret stays sealed and counts as unknown. Raises `ExportError`.
    """
    try:
        document = json.loads(path.read_text())
    except OSError as broken:
        raise ExportError(f"{path} cannot be read: {broken.strerror}") from broken
    except ValueError as broken:
        raise ExportError(f"{path} cannot be read as JSON: {broken}") from broken
    version = document.get("version") if isinstance(document, Mapping) else None
    if version != 3 or not isinstance(document.get("deployment"), Mapping):
        raise ExportError(f"{path} has version {version!r}, must be what `pulumi stack export` writes, of version 3")
    resources = [one for one in document["deployment"].get("resources") or [] if not one.get("delete")]
    if not resources:
        raise ExportError(f"{path} holds no resource; export the stack after `pulumi up`")
    return resources[0]["urn"].split(":")[2], Graph(map(_node, resources))


def _node(resource: Mapping[str, Any]) -> Node:
    inputs, secrets = _decoded(resource.get("inputs"))
    outputs, more_secrets = _decoded(resource.get("outputs"))
    declared = {name: value for name, value in inputs.items() if not isinstance(value, Unknown)}
    identity = {"id": resource["id"]} if resource.get("id") else {}
    return Node(
        urn=resource["urn"],
        type=canonical(resource["type"]),
        name=resource["urn"].rpartition("::")[2],
        properties={**inputs, **outputs, **declared, **identity},
        secrets=secrets | more_secrets,
        protect=bool(resource.get("protect")),
        property_dependencies={
            name: tuple(urns or ()) for name, urns in (resource.get("propertyDependencies") or {}).items()
        },
        source=_source(resource.get("sourcePosition", "")),
    )


def _decoded(properties: Mapping[str, Any] | None) -> tuple[dict[str, Any], frozenset[str]]:
    struct = json_format.ParseDict(_sealed(properties or {}), struct_pb2.Struct())
    return decode(struct)


def _sealed(value: Any) -> Any:
    if isinstance(value, list):
        return [_sealed(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if value.get(deserialize.SPECIAL_SIG_KEY) == deserialize.SPECIAL_SECRET_SIG and "value" not in value:
        return {deserialize.SPECIAL_SIG_KEY: deserialize.SPECIAL_SECRET_SIG, "value": rpc.UNKNOWN}
    return {key: _sealed(item) for key, item in value.items()}


def _source(position: str) -> str:
    found = _POSITION.match(position)
    return f"{found['path']}:{found['line']}" if found else ""
