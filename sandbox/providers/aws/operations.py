"""Calls carried out: through boto3 where moto has the operation, as a record where it lacks it."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel

from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.request import Subject, nested, parameters
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.translate import Request
from sandbox.providers.errors import ProviderError

_GONE = re.compile(r"NotFound|NoSuch|NonExist|DoesNotExist|NotExist|^404$")
_RECORDS_LIST = "records.json"


@cache
def operations_without_moto() -> frozenset[str]:
    """Operations (`kafka.create_topic`) that moto lacks, as the coverage page's probing wrote them down."""
    return frozenset(json.loads(files(__package__).joinpath(_RECORDS_LIST).read_text()))


def is_record(row: Row) -> bool:
    """Whether a resource of this type is only written down, because moto cannot create it."""
    return f"{row.service}.{row.create.operation}" in operations_without_moto()


class Operations:
    """Carries out calls against the embedded AWS; raises `ProviderError` with AWS's own code and message."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def model(self, call: Call, subject: Subject) -> OperationModel:
        """botocore's model of the call's operation."""
        return self.aws.operation(call.service or subject.row.service, call.operation, subject.document["region"])

    def request(self, call: Call, subject: Subject) -> Request:
        """The call's parameters, with what botocore finds wrong with them."""
        return parameters(call, self.model(call, subject), subject)

    def call(self, call: Call, subject: Subject) -> dict[str, Any]:
        """The response, or what stands in for it."""
        request, service = self.request(call, subject), call.service or subject.row.service
        if request.problems:
            told = "; ".join(f"{problem.path}: {problem.reason}" for problem in request.problems)
            raise ProviderError(f"{service} {call.operation}: {told}")
        if is_record(subject.row) or f"{service}.{call.operation}" in operations_without_moto():
            return nested({name: evaluate(value, subject.document) for name, value in call.record.items()})
        client = self.aws.client(service, subject.document["region"])
        try:
            return getattr(client, call.operation)(**request.parameters)
        except ClientError as error:
            raise Refused(service, call.operation, error) from error
        except BotoCoreError as error:
            raise ProviderError(f"{service} {call.operation}: {error}") from error

    def find(self, call: Call, subject: Subject) -> Any:
        """What a describing call finds; None where AWS says that it is not there."""
        try:
            return evaluate(call.result, self.call(call, subject)) or None
        except Refused as refused:
            if refused.gone:
                return None
            raise

    def remove(self, call: Call, subject: Subject) -> None:
        """A deleting call; nothing happens where the resource is already gone."""
        try:
            self.call(call, subject)
        except Refused as refused:
            if not refused.gone:
                raise


class Refused(ProviderError):
    """AWS answered with an error."""

    def __init__(self, service: str, operation: str, error: ClientError) -> None:
        self.code = error.response.get("Error", {}).get("Code", "")
        super().__init__(f"{service} {operation}: {self.code}: {error.response.get('Error', {}).get('Message', '')}")

    @property
    def gone(self) -> bool:
        """Whether the error means that what was asked for does not exist."""
        return bool(_GONE.search(self.code))
