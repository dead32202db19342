"""Create, read, update and delete, by a type's plan."""

from collections.abc import Callable, Iterator

from sandbox.providers.aws.expression import evaluate
from sandbox.providers.aws.intents import Intents, left_behind
from sandbox.providers.aws.operations import Operations, RefusedError, is_record
from sandbox.providers.aws.outputs import outputs_of
from sandbox.providers.aws.records import has_record, put_record, remove_record
from sandbox.providers.aws.request import TAGS, Subject, carries
from sandbox.providers.aws.row import Call
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.tagging import TAGGING, USUAL_TAGGING, tag_member, tag_request, untag_request
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Resource, State


class Lifecycle:
    """Carries the rows out."""

    def __init__(self, aws: Aws, subject: Callable[[Resource, Properties], Subject]) -> None:
        """`subject` makes a resource with these inputs ready for the calls."""
        self.aws = aws
        self.subject = subject
        self.operations = Operations(aws)
        self.intents = Intents(aws)

    def create(self, subject: Subject) -> State:
        """Makes the resource. What fails once it exists leaves it in the state, to be finished by an update."""
        subject = self._made(subject)
        plan = subject.plan
        try:
            subject = subject.knowing(arn=self._arn(subject)) if self._arn(subject) else subject
            if is_record(plan):
                put_record(self.aws, subject)
            self._run(plan.settings, subject, _given(subject), created=True)
            if not tag_member(self.operations.model(plan, plan.create.operation).input_shape):
                self._tag(subject)
            return self._state(self._backed(subject))
        except ProviderError as error:
            kept = {"id": subject.document["id"], "outputs": outputs_of(subject), "inputs": subject.inputs}
            raise InitializationFailed(**kept, reasons=[str(error)]) from error

    def _made(self, subject: Subject) -> Subject:
        earlier = self.intents.begin(subject.resource, subject.inputs)
        if earlier is not None and not is_record(subject.plan):
            if found := left_behind(self.operations, subject):
                return found.knowing(created=self._described(found), takenOver=True)
            if unnamed := left_behind(self.operations, self.subject(subject.resource, earlier)):
                self._remove_with_contents(unnamed)
        subject = subject.knowing(created=self.operations.call(subject.plan.create, subject))
        return subject.knowing(id=str(evaluate(subject.plan.id, subject.document)))

    def read(self, subject: Subject) -> State | None:
        """The resource as AWS has it; None where it is gone."""
        plan = subject.plan
        gone = not has_record(self.aws, subject) if is_record(plan) else self._described(subject) is None
        if gone:
            return None
        if plan.row.backing:
            subject = subject.knowing(backed=plan.row.backing.outputs(self.aws, subject.document))
        return self._state(subject)

    def update(self, subject: Subject, changed: set[str]) -> Properties:
        """Runs the calls that carry what changed; where nothing did, those that a creation did not come to."""
        if not changed:
            self._run(subject.plan.settings, subject.knowing(takenOver=True), _given(subject), created=True)
        calls = (*subject.plan.settings, *subject.plan.update)
        self._run(calls, self._informed(calls, subject), changed, created=False)
        if "tagsAll" in changed:
            self._tag(subject)
        return self._state(self._backed(subject)).outputs

    def delete(self, subject: Subject) -> None:
        """Removes the resource and the part behind it."""
        if subject.plan.row.backing:
            subject.plan.row.backing.stop(self.aws, subject.document)
        if subject.plan.row.emptied:
            subject.plan.row.emptied(self.aws, subject.document)
        self._remove_with_contents(subject)
        if is_record(subject.plan):
            remove_record(self.aws, subject)
        elif subject.plan.describe and "deleting" in subject.plan.describe.found:
            self._described(subject)
        self.intents.end(subject.resource.urn)

    def _remove_with_contents(self, subject: Subject) -> None:
        try:
            self._remove(subject)
        except RefusedError as refused:
            if not refused.in_use:
                raise
            self._sweep(subject)
            self._remove(subject)

    def _remove(self, subject: Subject) -> None:
        subject = self._informed(subject.plan.delete, subject)
        for call in subject.plan.delete:
            if not call.when or evaluate(call.when, subject.document):
                self.operations.remove(call, subject)

    def _sweep(self, subject: Subject) -> None:
        """Deletes what interrupted creations left in the resource: what Pulumi knows of in it is gone by now."""
        for resource, inputs in self.intents.inside(subject.resource.urn, subject.document["id"]):
            if left := left_behind(self.operations, self.subject(resource, inputs)):
                self.delete(left)

    def _run(self, calls: tuple[Call, ...], subject: Subject, names: set[str], *, created: bool) -> None:
        for call in calls:
            carried = sorted(self._carried(call, subject, names))
            for part in [subject.only(name) for name in carried] if call.singly else [subject]:
                due = not call.when or evaluate(call.when, part.document)
                if due and (carried or (created and call.always)):
                    self._set(call, part)

    def _set(self, call: Call, subject: Subject) -> None:
        try:
            self.operations.call(call, subject)
        except RefusedError as refused:
            if not (subject.document.get("takenOver") and refused.settled):
                raise

    def _carried(self, call: Call, subject: Subject, names: set[str]) -> Iterator[str]:
        model = self.operations.model(subject.plan, call.operation)
        return (name for name in names - TAGS if carries(call, model, subject.plan, name))

    def _tag(self, subject: Subject) -> None:
        row, document = subject.plan.row, subject.document
        add, remove, by = row.tagging or TAGGING.get(row.service, USUAL_TAGGING)
        identity = evaluate(by, document)
        if document.get("removedTags"):
            request = untag_request(self.operations.model(subject.plan, remove), identity, document["removedTags"])
            if request:
                self.operations.send(remove, request, subject)
        if document.get("tagsAll"):
            request = tag_request(self.operations.model(subject.plan, add), identity, document["tagsAll"])
            self.operations.send(add, request, subject)

    def _backed(self, subject: Subject) -> Subject:
        backing = subject.plan.row.backing
        if backing is None:
            return subject
        return subject.knowing(backed=backing.start(self.aws, self._knowing(subject).document))

    def _described(self, subject: Subject):
        describe = subject.plan.describe
        return self.operations.find(describe, subject) if describe else {}

    def _informed(self, calls: tuple[Call, ...], subject: Subject) -> Subject:
        """With the resource described, where one of the calls reads that (a lock token, a current version)."""
        values = [value for call in calls for value in (*call.members.values(), *subject.plan.row.members.values())]
        return self._knowing(subject) if any(value.startswith("described.") for value in values) else subject

    def _knowing(self, subject: Subject) -> Subject:
        return subject if is_record(subject.plan) else subject.knowing(described=self._described(subject))

    def _state(self, subject: Subject) -> State:
        return State(id=subject.document["id"], outputs=outputs_of(self._knowing(subject)))

    def _arn(self, subject: Subject) -> str | None:
        """The ARN as far as the creating response tells it, for the calls that name the resource by it."""
        return evaluate(subject.plan.outputs["arn"], subject.document)


def _given(subject: Subject) -> set[str]:
    return {name for name, value in subject.inputs.items() if value is not None}
