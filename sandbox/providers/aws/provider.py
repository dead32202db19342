"""The AWS provider of the sandbox: every resource carried out through boto3, by the rows of the tables."""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import schema
from sandbox.providers.aws.derive import plan_of
from sandbox.providers.aws.expression import evaluate, paths
from sandbox.providers.aws.handlers import file_of, row_of
from sandbox.providers.aws.inputs import failures, named, tagged
from sandbox.providers.aws.invokes import invoke
from sandbox.providers.aws.lifecycle import Lifecycle
from sandbox.providers.aws.request import TAGS, Subject, carries
from sandbox.providers.aws.session import ACCOUNT, DEFAULT_REGION, PARTITION, Aws
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Checked, Failure, Provider, Resource, State
from sandbox.upgrades import objections

if TYPE_CHECKING:
    from sandbox.parts.registry import Parts


class AwsProvider(Provider):
    """Pulumi's `aws` package against the embedded AWS at `endpoint_url`, with `parts` behind some resources."""

    package = "aws"
    config_replaces = frozenset({"region"})

    def __init__(self, endpoint_url: str, parts: "Parts") -> None:
        super().__init__()
        self.aws = Aws(endpoint_url, parts)
        self.lifecycle = Lifecycle(self.aws, self._subject)

    def check(self, resource: Resource, old_inputs: Properties, inputs: Properties, seed: bytes) -> Checked:
        try:
            row = row_of(resource)
        except ProviderError as error:
            return Checked(inputs=inputs, failures=[Failure(reason=str(error))])
        if old_inputs:
            self.lifecycle.intents.end(resource.urn)
        default_tags = self.config.get("defaultTags", {}).get("tags", {})
        complete = tagged(resource.type, named(row.autoname, resource, old_inputs, inputs, seed), default_tags)
        subject = self._subject(resource, complete)
        found = failures(self.lifecycle.operations, inputs, subject, file_of(resource))
        return Checked(inputs=complete, failures=[*found, *self._refused_change(resource, old_inputs, complete)])

    def _refused_change(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> Iterator[Failure]:
        """What is replaced is made anew, in any version and for any nodes."""
        told = list(objections(resource.type, old_inputs, inputs))
        if told and all(
            old_inputs.get(name) == inputs.get(name) for name in self.replaces(resource, old_inputs, inputs)
        ):
            yield from (Failure(property=name, reason=reason) for name, reason in told)

    def replaces(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> Iterable[str]:
        plan, operations = plan_of(row_of(resource), self.aws), self.lifecycle.operations
        in_place = [(call, operations.model(plan, call.operation)) for call in (*plan.settings, *plan.update)]
        keys = {path for expression in plan.row.keys.values() for path in paths(expression)}
        steering, forcing = {*plan.row.local.split(), "__defaults"}, keys | set(plan.row.force_new.split())
        for name in (old_inputs.keys() | inputs.keys()) - TAGS - (steering - forcing):
            if name in forcing or not any(carries(call, model, plan, name) for call, model in in_place):
                yield name

    def delete_before_replace(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> bool:
        plan = plan_of(row_of(resource), self.aws)
        if inputs.get("__defaults"):
            return False
        identity = plan.row.autoname.property if "created" in plan.id else plan.id
        documents = [self._subject(resource, values).document for values in (old_inputs, inputs)]
        before, after = (evaluate(identity, document) for document in documents)
        return plan.row.delete_before_replace or (before is not None and before == after)

    def preview(self, resource: Resource, inputs: Properties) -> Properties:
        subject = self._subject(resource, inputs)
        computed = schema.output_types(resource.type).keys() - schema.input_types(resource.type).keys()
        unknown = (computed | subject.plan.row.outputs.keys()) - subject.inputs.keys()
        nested = {
            name: dict.fromkeys(schema.members(resource.type, name), UNKNOWN) | subject.inputs[name]
            for name in subject.plan.row.outputs.keys() & subject.inputs.keys()
            if isinstance(subject.inputs[name], dict)
        }
        return {**subject.inputs, **nested, **dict.fromkeys(unknown, UNKNOWN)}

    def create(self, resource: Resource, inputs: Properties) -> State:
        return self.lifecycle.create(self._subject(resource, inputs))

    def read(self, resource: Resource, id: str, inputs: Properties, outputs: Properties) -> State | None:  # noqa: A002
        return self.lifecycle.read(self._subject(resource, inputs, outputs | {"id": id}))

    def update(self, resource: Resource, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        kept = {name: value for name, value in state.outputs.items() if name not in old_inputs}
        gone = old_inputs.get("tagsAll", {}).keys() - inputs.get("tagsAll", {}).keys()
        changed = {name for name in old_inputs.keys() | inputs.keys() if old_inputs.get(name) != inputs.get(name)}
        known = kept | {"id": state.id, "removedTags": sorted(gone)}
        return self.lifecycle.update(self._subject(resource, inputs, known), changed)

    def delete(self, resource: Resource, state: State, old_inputs: Properties) -> None:
        self.lifecycle.delete(self._subject(resource, old_inputs, state.outputs | {"id": state.id}))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        return invoke(self.aws, token, {"region": self.config.get("region", DEFAULT_REGION)} | arguments)

    def _subject(self, resource: Resource, inputs: Properties, known: Properties | None = None) -> Subject:
        row = row_of(resource)
        complete = row.defaults | {name: value for name, value in inputs.items() if name != "__defaults"}
        identity = f"{resource.urn} {json.dumps(complete, sort_keys=True)}"
        base = {
            "account": ACCOUNT,
            "partition": PARTITION,
            "region": self.config.get("region", DEFAULT_REGION),
            "authority": urlsplit(self.aws.endpoint_url).netloc,
            "urn": resource.urn,
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, identity)),
        }
        document = {**base, **(known or {}), **complete}
        return Subject(resource=resource, plan=plan_of(row, self.aws), inputs=complete, document=document)
