"""Inputs on their way in: names filled in, default tags merged, and what AWS would refuse."""

import hashlib
import secrets
from collections.abc import Iterator

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import schema
from sandbox.providers.aws.operations import Operations
from sandbox.providers.aws.request import OUTSIDE_THE_REQUEST, Subject, carries, dropped
from sandbox.providers.aws.row import Autoname
from sandbox.providers.difference import top_level
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Failure, Resource

RANDOM_HEX_DIGITS = 7


def named(autoname: Autoname, resource: Resource, old: Properties, inputs: Properties, seed: bytes) -> Properties:
    """Inputs with a physical name: the one given, the generated one it had, or a new `<name>-<7 hex digits>`."""
    if inputs.get(autoname.property) is not None or autoname.property not in schema.input_types(resource.type):
        return inputs
    defaults = {"__defaults": [autoname.property]}
    if autoname.property in old.get("__defaults", []):
        return inputs | defaults | {autoname.property: old[autoname.property]}
    material = (seed or secrets.token_bytes(16)) + resource.urn.encode()
    suffix = hashlib.sha256(material).hexdigest()[:RANDOM_HEX_DIGITS]
    longest = autoname.max_length - RANDOM_HEX_DIGITS - 1
    prefix = inputs.get(f"{autoname.property}Prefix") or f"{autoname.prefix}{resource.name}"[:longest] + "-"
    name = f"{prefix}{suffix}"
    return inputs | defaults | {autoname.property: name.lower() if autoname.lower else name}


def tagged(token: str, inputs: Properties, default_tags: Properties) -> Properties:
    """Inputs with `tagsAll`: the provider's default tags under the resource's own, as pulumi_aws sends them."""
    tags = inputs.get("tags", {})
    if "tags" not in schema.input_types(token):
        return inputs
    merged = tags if tags == UNKNOWN else {**default_tags, **tags}
    return inputs | {"tagsAll": merged} if merged else inputs


def failures(operations: Operations, given: Properties, subject: Subject, file: str) -> Iterator[Failure]:
    """Every input that pulumi_aws does not have, that the row would drop, or that AWS would refuse."""
    plan, unknown = subject.plan, set(schema.unknown_properties(subject.resource.type, given))
    yield from (
        Failure(property=path, reason=f"{subject.resource.type} has no property '{path}'") for path in sorted(unknown)
    )
    calls = [(call, operations.model(plan, call.operation)) for call in (plan.create, *plan.settings, *plan.update)]
    local = {*plan.row.local.split(), f"{plan.row.autoname.property}Prefix"}
    for name in sorted(given.keys() - OUTSIDE_THE_REQUEST - local - {top_level(path) for path in unknown}):
        for path in dropped(calls, plan, name, given[name]):
            yield Failure(property=path, reason=f"not carried out by the embedded AWS; add it to {file}")
    if unknown:
        return
    computed = (schema.output_types(subject.resource.type).keys() | plan.outputs.keys()) - subject.inputs.keys()
    later = dict.fromkeys(
        ["id", "created", "described", *(computed - schema.input_types(subject.resource.type).keys())], UNKNOWN
    )
    told: set[str] = set()
    for call, model in calls:
        if call is plan.create or any(carries(call, model, plan, name) for name in given):
            for problem in operations.request(call, subject.knowing(**later)).problems:
                if problem.path not in told:
                    told.add(problem.path)
                    yield Failure(property=problem.path, reason=f"{call.operation}: {problem.reason}")
