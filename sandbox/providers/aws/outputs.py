"""A resource's outputs: its inputs, what AWS filled in, and what the row names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args, get_origin

from pulumi._types import unwrap_optional_type

from sandbox.providers.aws import schema
from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.request import Subject
from sandbox.providers.properties import Properties


def outputs_of(subject: Subject) -> Properties:
    """Inputs with defaults, members of the described resource that have an output's name and type, the row's own."""
    document, types = subject.document, schema.output_types(subject.resource.type)
    resource = document.get("described") or document.get("created")
    found = {key.lower(): value for key, value in resource.items()} if isinstance(resource, dict) else {}
    filled = {name: _plain(found.get(name.lower()), kind) for name, kind in types.items()}
    kept = {name: document[name] for name in types if name in document}
    named = {name: _json(evaluate(value, document)) for name, value in subject.plan.outputs.items() if name in types}
    identity = {"id": document["id"], "region": document["region"]}
    return identity | _present(filled) | kept | subject.inputs | _present(named) | document.get("backed", {})


def _present(values: Mapping[str, Any]) -> Properties:
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: Any, declared: Any) -> Any:
    """The value where it is a scalar, or a list of texts, of the declared type; otherwise None."""
    kind, value = unwrap_optional_type(declared), _json(value)
    if get_origin(kind) is Sequence and get_args(kind) == (str,):
        return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    return value if kind in (str, int, bool, float) and type(value) is kind else None


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items() if item is not None}
    return value
