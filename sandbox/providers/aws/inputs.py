"""Inputs on their way in: names filled in, default tags merged, and what AWS would refuse."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import schema
from sandbox.providers.aws.operations import Operations
from sandbox.providers.aws.request import OUTSIDE_THE_REQUEST, Subject, carries, dropped
from sandbox.providers.aws.row import Autoname, Call, Row
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Failure, Resource

RANDOM_HEX_DIGITS = 7


def named(autoname: Autoname | None, resource: Resource, old: Properties, inputs: Properties, seed: bytes) -> Properties:
    """Inputs with a physical name: the one given, the generated one it had, or a new `<name>-<7 hex digits>`."""
    if autoname is None or inputs.get(autoname.property) is not None:
        return inputs
    defaults = {"__defaults": [autoname.property]}
    if autoname.property in old.get("__defaults", []):
        return inputs | defaults | {autoname.property: old[autoname.property]}
    material = seed or secrets.token_bytes(16)
    suffix = hashlib.sha256(material + resource.urn.encode()).hexdigest()[:RANDOM_HEX_DIGITS]
    longest = autoname.max_length - len(suffix) - 1
    name = f"{autoname.prefix}{resource.name}"[:longest]
    return inputs | defaults | {autoname.property: f"{name.lower() if autoname.lower else name}-{suffix}"}


def tagged(token: str, inputs: Properties, default_tags: Properties) -> Properties:
    """Inputs with `tagsAll`: the provider's default tags under the resource's own, as pulumi_aws sends them."""
    tags = inputs.get("tags", {})
    if "tags" not in schema.input_types(token):
        return inputs
    if tags == UNKNOWN:
        return inputs | {"tagsAll": UNKNOWN}
    merged = {**default_tags, **tags}
    return inputs | {"tagsAll": merged} if merged else inputs


def failures(operations: Operations, resource: Resource, given: Properties, subject: Subject, file: str) -> Iterator[Failure]:
    """Every input that pulumi_aws does not have, that the row would drop, or that AWS would refuse."""
    unknown = list(schema.unknown_properties(resource.type, given))
    for path in unknown:
        yield Failure(property=path, reason=f"{resource.type} has no property '{path}'")
    calls = [(call, operations.model(call, subject)) for call in carrying(subject.row)]
    for name in given.keys() - OUTSIDE_THE_REQUEST - subject.row.local - set(unknown):
        for path in dropped(calls, name, given[name]):
            yield Failure(property=path, reason=f"not carried out by the embedded AWS; add it to {file}")
    if not unknown:
        yield from _refused(operations, subject, calls)


def carrying(row: Row) -> tuple[Call, ...]:
    """The calls that take inputs."""
    return (row.create, *row.settings, *row.update)


def _refused(operations: Operations, subject: Subject, calls: list[tuple[Call, Any]]) -> Iterator[Failure]:
    computed = subject.row.outputs.keys() - subject.inputs.keys()
    subject = subject.with_values(id=UNKNOWN, created=UNKNOWN, described=UNKNOWN, **dict.fromkeys(computed, UNKNOWN))
    told: set[str] = set()
    for call, model in calls:
        if call is subject.row.create or any(carries(call, model, name) for name in subject.inputs):
            for problem in operations.request(call, subject).problems:
                if problem.path not in told:
                    told.add(problem.path)
                    yield Failure(property=problem.path, reason=f"{call.operation}: {problem.reason}")
