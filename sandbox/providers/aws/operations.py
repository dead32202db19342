"""Calls carried out: through boto3 where moto has the operation, as a record where it lacks it."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.providers.aws.derive import Plan
from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.request import Subject, parameters
from sandbox.providers.aws.row import Call
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.shapes import Operation
from sandbox.providers.aws.translate import Request
from sandbox.providers.errors import ProviderError

_GONE = re.compile(r"NotFound|NoSuch|NonExist|NotExist|^404$|^InvalidAccessException$", re.IGNORECASE)


@cache
def operations_without_moto() -> frozenset[str]:
    """Operations (`kafka.create_topic`) that moto lacks; `python -m sandbox.providers.aws.coverage` finds them."""
    return frozenset(json.loads(Path(__file__).with_name("records.json").read_text()))


def is_record(plan: Plan) -> bool:
    """Whether a resource of this type is only written down, because moto cannot make it or cannot remove it."""
    needed = {f"{plan.row.service}.{call.operation}" for call in (plan.create, *plan.delete)}
    return bool(needed & operations_without_moto())


class Operations:
    """Carries out calls against the embedded AWS; raises `ProviderError` with AWS's own code and message."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def model(self, plan: Plan, operation: str) -> Operation:
        """botocore's model of an operation of the row's service."""
        return self.aws.operations(plan.row.service)[operation]

    def request(self, call: Call, subject: Subject) -> Request:
        """The call's parameters, with what botocore finds wrong with them."""
        return parameters(call, self.model(subject.plan, call.operation), subject)

    def call(self, call: Call, subject: Subject) -> dict[str, Any]:
        """The response, or what stands in for it."""
        request = self.request(call, subject)
        if request.problems:
            told = "; ".join(f"{problem.path}: {problem.reason}" for problem in request.problems)
            raise ProviderError(f"{subject.plan.row.service} {call.operation}: {told}")
        response = self.send(call.operation, request.parameters, subject)
        if response is None:
            return _nested({name: evaluate(value, subject.document) for name, value in call.record.items()})
        return response

    def send(self, operation: str, request: Mapping[str, Any], subject: Subject) -> dict[str, Any] | None:
        """The response; None where the operation, or the whole resource, is only a record."""
        service = subject.plan.row.service
        if is_record(subject.plan) or f"{service}.{operation}" in operations_without_moto():
            return None
        try:
            return getattr(self.aws.client(service, subject.document["region"]), operation)(**request)
        except ClientError as error:
            raise RefusedError(service, operation, error) from error
        except BotoCoreError as error:
            raise ProviderError(f"{service} {operation}: {error}") from error

    def find(self, call: Call, subject: Subject) -> Any:
        """What a describing call finds; None where AWS says that it is not there."""
        try:
            return evaluate(call.found, {**subject.document, **self.call(call, subject)}) or None
        except RefusedError as refused:
            if refused.gone:
                return None
            raise

    def remove(self, call: Call, subject: Subject) -> None:
        """A deleting call; nothing happens where the resource is already gone."""
        try:
            self.call(call, subject)
        except RefusedError as refused:
            if not refused.gone:
                raise


class RefusedError(ProviderError):
    """AWS answered with an error."""

    def __init__(self, service: str, operation: str, error: ClientError) -> None:
        details = error.response.get("Error", {})
        self.code = details.get("Code", "")
        super().__init__(f"{service} {operation}: {self.code}: {details.get('Message', '')}")

    @property
    def settled(self) -> bool:
        """Whether the error means that things are already so."""
        return self.gone or "Already" in self.code or "Duplicate" in self.code

    @property
    def in_use(self) -> bool:
        """Whether the error means that something else is still in the resource."""
        return any(word in self.code for word in ("Dependency", "DeleteConflict", "InUse"))

    @property
    def gone(self) -> bool:
        """Whether the error means that what was asked for does not exist."""
        return bool(_GONE.search(self.code))


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"A.B": 1}` as `{"A": {"B": 1}}`."""
    result: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, last = path.split(".")
        target = result
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return result
