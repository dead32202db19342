"""Create, read, update and delete, by a type's row."""

from collections.abc import Iterator

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.operations import Operations, is_record
from sandbox.providers.aws.outputs import outputs_of
from sandbox.providers.aws.records import Records
from sandbox.providers.aws.request import TAGS, Subject, carries
from sandbox.providers.aws.row import Call
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.tagging import TAGGING, tag_member
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.properties import Properties
from sandbox.providers.provider import State


class Lifecycle:
    """Carries the rows out; `token` is the resource's type."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.operations = Operations(aws)
        self.records = Records(aws)

    def create(self, token: str, subject: Subject) -> State:
        """Makes the resource. What fails once it exists leaves it in the state, to be finished by an update."""
        row = subject.row
        subject = subject.with_values(created=self.operations.call(row.create, subject))
        subject = subject.with_values(id=str(evaluate(row.id, subject.document)))
        try:
            subject = self._arn(subject)
            if is_record(row):
                self.records.put(token, subject.document["id"], subject.document["region"])
            for call in self._after_create(subject):
                self.operations.call(call, subject)
            return self._state(token, self._backed(subject))
        except ProviderError as error:
            outputs = outputs_of(token, subject)
            raise InitializationFailed(
                id=subject.document["id"], outputs=outputs, inputs=subject.inputs, reasons=[str(error)]
            ) from error

    def read(self, token: str, subject: Subject) -> State | None:
        """The resource as AWS has it; None where it is gone."""
        row, document = subject.row, subject.document
        if is_record(row):
            there = self.records.exists(token, document["id"], document["region"])
            return State(id=document["id"], outputs=outputs_of(token, subject)) if there else None
        if row.describe and self.operations.find(row.describe, subject) is None:
            return None
        if row.backing:
            subject = subject.with_values(**row.backing.outputs(self.aws, document))
        return self._state(token, subject)

    def update(self, token: str, subject: Subject, changed: set[str]) -> Properties:
        """Runs the calls that carry what changed."""
        for call in self.changing(subject, changed):
            self.operations.call(call, subject)
        if "tagsAll" in changed and (tagging := self._tagging(subject)):
            if subject.document.get("removedTags"):
                self.operations.call(tagging.remove(), subject)
            self.operations.call(tagging.add(), subject)
        return self._state(token, self._backed(subject) if changed - TAGS else subject).outputs

    def delete(self, token: str, subject: Subject) -> None:
        """Removes the resource and the part behind it."""
        if subject.row.backing:
            subject.row.backing.stop(self.aws, subject.document)
        for call in subject.row.delete:
            self.operations.remove(call, subject)
        if is_record(subject.row):
            self.records.remove(token, subject.document["id"], subject.document["region"])

    def changing(self, subject: Subject, changed: set[str]) -> Iterator[Call]:
        """The calls that carry any of the changed inputs in place."""
        for call in (*subject.row.settings, *subject.row.update):
            model = self.operations.model(call, subject)
            if any(carries(call, model, name) for name in changed - TAGS):
                yield call

    def _after_create(self, subject: Subject) -> Iterator[Call]:
        given = {name for name, value in subject.inputs.items() if value != UNKNOWN} - TAGS
        for call in subject.row.settings:
            model = self.operations.model(call, subject)
            if call.always or any(carries(call, model, name) for name in given):
                yield call
        model = self.operations.model(subject.row.create, subject)
        if subject.document.get("tagsAll") and not tag_member(model.input_shape) and (tagging := self._tagging(subject)):
            yield tagging.add()

    def _tagging(self, subject: Subject):
        return subject.row.tagging or TAGGING.get(subject.row.service)

    def _backed(self, subject: Subject) -> Subject:
        backing = subject.row.backing
        return subject.with_values(**backing.start(self.aws, subject.document)) if backing else subject

    def _state(self, token: str, subject: Subject) -> State:
        row = subject.row
        if row.describe and not is_record(row):
            subject = subject.with_values(described=self.operations.find(row.describe, subject))
        return State(id=subject.document["id"], outputs=outputs_of(token, subject))

    def _arn(self, subject: Subject) -> Subject:
        """With the ARN in the document, for the calls that name the resource by it."""
        arn = evaluate(subject.row.outputs.get("arn", "arn"), subject.document)
        return subject.with_values(arn=arn) if arn else subject
