"""Requests from rows: what a call carries of a resource's inputs, and its parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.derive import Plan
from sandbox.providers.aws.expression import Expression, evaluate, paths
from sandbox.providers.aws.row import Call
from sandbox.providers.aws.shapes import Operation, Shape, is_list
from sandbox.providers.aws.tagging import shaped, tag_member
from sandbox.providers.aws.translate import Request, by_lower_name, member_named
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Resource

URN_TAG = "sandbox:urn"
"""EC2's resources have no names: this tag, which Pulumi does not see, says which resource of the program they are."""
TAGS = frozenset({"tags", "tagsAll"})
OUTSIDE_THE_REQUEST = TAGS | {"region", "__defaults"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A resource a call is about: its inputs with defaults, and the document that expressions read."""

    resource: Resource
    plan: Plan
    inputs: Properties
    document: Properties

    def knowing(self, **values: Any) -> "Subject":
        """The same with more in the document."""
        return replace(self, document=self.document | values)

    def only(self, name: str) -> "Subject":
        """The same with one input."""
        others = dict.fromkeys(self.inputs.keys() - {name})
        return replace(self, inputs={name: self.inputs.get(name)}, document=self.document | others)


def parameters(call: Call, model: Operation, subject: Subject) -> Request:
    """The parameters of a call; what is wrong with them is in the request's `problems`."""
    request, shape = Request(), model.input_shape
    if shape is None:
        return request
    for member, expression in expressions(call, model, subject.plan).items():
        request.put(shape, member, evaluate(expression, subject.document), min(paths(expression), default=""))
    for name, value in subject.inputs.items():
        if member := member_by_name(call, model, subject.plan, name):
            request.put(shape, member, value, name)
    _put_attributes(request, call, shape, subject)
    if call is subject.plan.create:
        _put_tags(request, shape, subject)
    request.validate(shape)
    return request


@cache
def expressions(call: Call, model: Operation, plan: Plan) -> Mapping[str, Expression]:
    """What goes to which member by an expression: the row's keys and members that the shape has, and the call's own."""
    shape, found = model.input_shape, dict[str, Expression]()
    if shape is None:
        return found
    for name, expression in plan.row.keys.items():
        member = member_named(by_lower_name(shape), name)
        if member and call is not plan.create:
            found[member] = f"[{expression}]" if is_list(shape.members[member]) else expression
        elif member and expression != "id":
            found[member] = expression
    if takes_inputs(call, plan):
        found |= {name: value for name, value in plan.row.members.items() if name.partition(".")[0] in shape.members}
    return {**found, **call.members}


def takes_inputs(call: Call, plan: Plan) -> bool:
    """Whether the call is there to carry inputs, rather than to find or to remove."""
    return call.by_name and call is not plan.describe and call not in plan.delete


@cache
def member_by_name(call: Call, model: Operation, plan: Plan, name: str) -> str | None:
    """The member, dotted, that an input goes to because of its name."""
    shape, named = model.input_shape, expressions(call, model, plan)
    read = {path.partition(".")[0] for expression in named.values() for path in paths(expression)}
    if shape is None or not call.by_name or name in OUTSIDE_THE_REQUEST or name in read:
        return None
    if call.into and (inner := member_named(by_lower_name(shape.members[call.into]), name)):
        return f"{call.into}.{inner}"
    member = member_named(by_lower_name(shape), name)
    wanted = takes_inputs(call, plan) or member in shape.required_members
    return member if wanted and member not in {path.partition(".")[0] for path in named} else None


@cache
def read_paths(call: Call, model: Operation, plan: Plan) -> frozenset[str]:
    """Every dotted path that the call's expressions read; the keys' only in the creation, where they are set."""
    named = expressions(call, model, plan)
    keys = {path for expression in plan.row.keys.values() for path in paths(expression)}
    read = {path for text in (*named.values(), *call.attributes.values(), call.when) for path in paths(text)}
    return frozenset(read if call is plan.create else read - keys)


def carries(call: Call, model: Operation, plan: Plan, name: str) -> bool:
    """Whether the call does something with the input `name`."""
    at_top = {path.partition(".")[0] for path in read_paths(call, model, plan)}
    return name in at_top or member_by_name(call, model, plan, name) is not None


def dropped(calls: list[tuple[Call, Operation]], plan: Plan, name: str, value: Any) -> Iterator[str]:
    """Paths within the input `name` that none of the calls carries."""
    if not any(member_by_name(call, model, plan, name) for call, model in calls):
        read = {path for call, model in calls for path in read_paths(call, model, plan)}
        yield from (path for path in _leaves(value, name) if not _is_read(path, read))


def _put_attributes(request: Request, call: Call, shape: Shape, subject: Subject) -> None:
    values = {key: evaluate(expression, subject.document) for key, expression in call.attributes.items()}
    known = {key: _text(value) for key, value in values.items() if value not in (None, UNKNOWN)}
    if known:
        request.put(shape, "Attributes", shaped(known, shape.members["Attributes"]), "")
    if UNKNOWN in values.values():
        request.unknown.add("Attributes")


def _put_tags(request: Request, shape: Shape, subject: Subject) -> None:
    tags, member = subject.document.get("tagsAll", {}), tag_member(shape)
    if subject.plan.row.service == "ec2" and tags != UNKNOWN:
        tags = {**tags, URN_TAG: subject.document["urn"]}
    if member and tags and tags != UNKNOWN:
        known = {key: value for key, value in tags.items() if value != UNKNOWN}
        request.put(shape, member, shaped(known, shape.members[member], subject.plan.tag_resource), "tags")


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        inner = [(item, f"{path}.{key}") for key, item in value.items()]
    else:
        inner = [(item, path) for item in value] if isinstance(value, list) else []
    if not inner and value not in ([], {}):
        yield path
    for item, place in inner:
        yield from _leaves(item, place)


def _is_read(path: str, read: set[str]) -> bool:
    return any(f"{path}.".startswith(f"{other}.") for other in read)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
