"""Creations begun, remembered on disk: what a killed run made and Pulumi never heard of is taken over, or removed.

A mark is kept from before the first call until Pulumi shows that it knows the resource, beside the data of the
embedded AWS.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.parts.part import PartError
from sandbox.providers.aws.derive import Plan
from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.operations import Operations
from sandbox.providers.aws.request import URN_TAG, Subject
from sandbox.providers.aws.row import Call
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.shapes import is_list, members_of
from sandbox.providers.aws.translate import by_lower_name, member_named
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Resource

AWS_PART = "aws"


class Intents:
    """The marks of one embedded AWS; there are none where no part of that name stands behind it."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def begin(self, resource: Resource, inputs: Properties) -> Properties | None:
        """Marks a creation; the inputs of an earlier one of which Pulumi never heard, None where there was none."""
        mark = self._mark(resource.urn)
        if mark is None:
            return None
        earlier = json.loads(mark.read_text())["in"] if mark.exists() else None
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch(mode=0o600)
        mark.write_text(json.dumps({"urn": resource.urn, "type": resource.type, "name": resource.name, "in": inputs}))
        return earlier

    def end(self, urn: str) -> None:
        """Removes the mark."""
        mark = self._mark(urn)
        if mark is not None:
            mark.unlink(missing_ok=True)

    def inside(self, urn: str, id: str) -> Iterator[tuple[Resource, Properties]]:  # noqa: A002
        """The creations begun, of others, whose inputs name the resource."""
        mark = self._mark(urn)
        for other in set(mark.parent.glob("*")) - {mark} if mark else ():
            text = other.read_text()
            if f'"{id}"' in text:
                begun = json.loads(text)
                inputs = begun.pop("in")
                yield Resource(**begun), inputs

    def _mark(self, urn: str) -> Path | None:
        try:
            folder = self._aws.parts.get(AWS_PART).data / "intents"
        except PartError:
            return None
        return folder / hashlib.sha256(urn.encode()).hexdigest()


def left_behind(operations: Operations, subject: Subject) -> Subject | None:
    """The subject with its id, where an interrupted creation made it: found by its fixed identity, or by its tag."""
    plan = subject.plan
    if plan.describe is None:
        return None
    if "created" not in plan.id:
        known = subject.knowing(id=evaluate(plan.id, subject.document))
        return known if operations.find(plan.describe, known) else None
    call = _by_tag(operations, plan, plan.describe)
    found: Any = operations.find(call, subject) if call else None
    key = next(iter(plan.row.keys))
    return subject.knowing(id=found[key]) if found else None


def _by_tag(operations: Operations, plan: Plan, describe: Call) -> Call | None:
    shape = operations.model(plan, describe.operation).input_shape
    filters = member_named(by_lower_name(shape), "Filters")
    if plan.row.service != "ec2" or not filters or not is_list(members_of(shape)[filters]):
        return None
    wanted = f"[{{Name: 'tag:{URN_TAG}', Values: [urn]}}]"
    return Call(operation=describe.operation, members={filters: wanted}, found=describe.found, by_name=False)
