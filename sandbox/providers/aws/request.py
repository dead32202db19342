"""Requests from rows: what a call carries of a resource's inputs, and its parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.model import OperationModel, StructureShape
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.expression import evaluate, paths
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.aws.tagging import shaped, tag_member
from sandbox.providers.aws.translate import Request, by_lower_name, member_named
from sandbox.providers.properties import Properties

TAGS = frozenset({"tags", "tagsAll"})
OUTSIDE_THE_REQUEST = TAGS | {"region", "__defaults"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A resource a call is about: its inputs with defaults, and the document that expressions read."""

    row: Row
    inputs: Properties
    document: Properties

    def with_values(self, **values: Any) -> "Subject":
        """The same with more in the document."""
        return Subject(row=self.row, inputs=self.inputs, document=self.document | values)


def parameters(call: Call, model: OperationModel, subject: Subject) -> Request:
    """The parameters of a call; what is wrong with them is in the request's `problems`."""
    request, shape = Request(), model.input_shape
    if shape is None:
        return request
    for member, expression in call.members.items():
        request.put(shape, member, evaluate(expression, subject.document), _first(paths(expression)))
    for name in subject.inputs.keys() - OUTSIDE_THE_REQUEST:
        if member := member_by_name(call, model, name):
            request.put(shape, member, subject.inputs[name], name)
    _put_attributes(request, call, shape, subject)
    _put_tags(request, call, shape, subject)
    request.validate(shape)
    return request


def member_by_name(call: Call, model: OperationModel, name: str) -> str | None:
    """The member, dotted, that an input goes to because of its name."""
    if not call.by_name or model.input_shape is None or name in _read_at_top(call):
        return None
    shape = model.input_shape
    if call.into:
        inner = shape.members[call.into]
        if member := member_named(by_lower_name(inner), name):
            return f"{call.into}.{member}"
    member = member_named(by_lower_name(shape), name)
    return member if member and member not in _taken(call) else None


def carries(call: Call, model: OperationModel, name: str) -> bool:
    """Whether the call does something with the input `name`."""
    return name in _read_at_top(call) or member_by_name(call, model, name) is not None


def dropped(calls: list[tuple[Call, OperationModel]], name: str, value: Any) -> Iterator[str]:
    """Paths within the input `name` that none of the calls carries."""
    if any(member_by_name(call, model, name) for call, model in calls):
        return
    read = {path for call, _ in calls for path in read_paths(call)}
    yield from (path for path in _leaves(value, name) if not _is_read(path, read))


@cache
def _read(expressions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path for expression in expressions for path in paths(expression))


def read_paths(call: Call) -> frozenset[str]:
    """Every dotted path that the call's expressions read."""
    return _read((*call.members.values(), *call.attributes.values()))


def _read_at_top(call: Call) -> set[str]:
    return {path.partition(".")[0] for path in read_paths(call)}


def _taken(call: Call) -> set[str]:
    return {member.partition(".")[0] for member in call.members} | ({"Attributes"} if call.attributes else set())


def _put_attributes(request: Request, call: Call, shape: StructureShape, subject: Subject) -> None:
    values = {key: evaluate(expression, subject.document) for key, expression in call.attributes.items()}
    known = {key: _as_text(value) for key, value in values.items() if value is not None and value != UNKNOWN}
    if known:
        member = shape.members["Attributes"]
        request.put(shape, "Attributes", shaped(known, member, ""), "")
    if UNKNOWN in values.values():
        request.unknown.add("Attributes")


def _put_tags(request: Request, call: Call, shape: StructureShape, subject: Subject) -> None:
    tags, member = subject.document.get("tagsAll"), tag_member(shape)
    if member and member not in call.members and tags and tags != UNKNOWN and takes_tags(call, subject.row):
        known = {key: value for key, value in tags.items() if value != UNKNOWN}
        inner = shape.members[member]
        request.put(shape, member, shaped(known, inner, subject.row.tag_resource), "tags")


def takes_tags(call: Call, row: Row) -> bool:
    """Tags go with the creation and with the operations that do nothing else."""
    return call is row.create or call.operation.startswith(("tag_", "add_tags", "create_tags", "put_bucket_tagging"))


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for item in value:
            yield from _leaves(item, path)
    else:
        yield path


def _is_read(path: str, read: set[str]) -> bool:
    parts = path.split(".")
    return any(".".join(parts[:length]) in read for length in range(1, len(parts) + 1))


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _first(found: frozenset[str]) -> str:
    return min(found, default="")


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"A.B": 1}` as `{"A": {"B": 1}}`."""
    result: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, last = path.split(".")
        target = result
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return result
