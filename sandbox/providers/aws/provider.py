"""The AWS provider of the sandbox: every resource carried out through boto3, by the rows of the tables."""

import json
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import schema
from sandbox.providers.aws.handlers import file_of, row_of
from sandbox.providers.aws.inputs import failures, named, tagged
from sandbox.providers.aws.invokes import invoke
from sandbox.providers.aws.lifecycle import Lifecycle
from sandbox.providers.aws.request import TAGS, Subject, carries
from sandbox.providers.aws.session import ACCOUNT, PARTITION, Aws
from sandbox.providers.properties import Properties
from sandbox.providers.provider import Checked, Provider, Resource, State

if TYPE_CHECKING:
    from sandbox.parts.registry import Parts

DEFAULT_REGION = "eu-central-1"


class AwsProvider(Provider):
    """Pulumi's `aws` package against the embedded AWS at `endpoint_url`, with `parts` behind some resources."""

    package = "aws"
    config_replaces = frozenset({"region"})

    def __init__(self, endpoint_url: str, parts: "Parts") -> None:
        super().__init__()
        self.aws = Aws(endpoint_url, parts)
        self.lifecycle = Lifecycle(self.aws)

    def check(self, resource: Resource, old_inputs: Properties, inputs: Properties, seed: bytes) -> Checked:
        row = row_of(resource)
        default_tags = self.config.get("defaultTags", {}).get("tags", {})
        complete = tagged(resource.type, named(row.autoname, resource, old_inputs, inputs, seed), default_tags)
        subject = self._subject(resource, complete)
        found = failures(self.lifecycle.operations, resource, inputs, subject, file_of(resource))
        return Checked(inputs=complete, failures=list(found))

    def replaces(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> Iterable[str]:
        subject = self._subject(resource, inputs)
        row, operations = subject.row, self.lifecycle.operations
        in_place = [(call, operations.model(call, subject)) for call in (*row.settings, *row.update)]
        for name in (old_inputs.keys() | inputs.keys()) - TAGS - row.local - {"__defaults"}:
            if name in row.force_new or not any(carries(call, model, name) for call, model in in_place):
                yield name

    def delete_before_replace(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> bool:
        row = row_of(resource)
        name = row.autoname.property if row.autoname else "name"
        fixed = name in inputs and name not in inputs.get("__defaults", [])
        return row.delete_before_replace or (fixed and inputs[name] == old_inputs.get(name))

    def preview(self, resource: Resource, inputs: Properties) -> Properties:
        subject = self._subject(resource, inputs)
        computed = schema.output_types(resource.type).keys() - schema.input_types(resource.type).keys()
        unknown = (computed | subject.row.outputs.keys()) - subject.inputs.keys()
        return {**subject.inputs, **dict.fromkeys(unknown, UNKNOWN)}

    def create(self, resource: Resource, inputs: Properties) -> State:
        return self.lifecycle.create(resource.type, self._subject(resource, inputs))

    def read(self, resource: Resource, id: str, inputs: Properties, outputs: Properties) -> State | None:  # noqa: A002
        return self.lifecycle.read(resource.type, self._subject(resource, inputs, outputs | {"id": id}))

    def update(self, resource: Resource, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        kept = {name: value for name, value in state.outputs.items() if name not in old_inputs}
        gone = old_inputs.get("tagsAll", {}).keys() - inputs.get("tagsAll", {}).keys()
        changed = {name for name in old_inputs.keys() | inputs.keys() if old_inputs.get(name) != inputs.get(name)}
        document = kept | {"id": state.id, "removedTags": sorted(gone), "old": old_inputs}
        return self.lifecycle.update(resource.type, self._subject(resource, inputs, document), changed)

    def delete(self, resource: Resource, state: State, old_inputs: Properties) -> None:
        self.lifecycle.delete(resource.type, self._subject(resource, old_inputs, state.outputs | {"id": state.id}))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        return invoke(self.aws, token, {"region": self._region} | arguments)

    @property
    def _region(self) -> str:
        return self.config.get("region", DEFAULT_REGION)

    def _subject(self, resource: Resource, inputs: Properties, known: Properties | None = None) -> Subject:
        row = row_of(resource)
        given = {name: value for name, value in inputs.items() if name != "__defaults"}
        complete = row.defaults | given
        identity = f"{resource.urn} {json.dumps(given, sort_keys=True)}"
        base = {
            "account": ACCOUNT,
            "partition": PARTITION,
            "region": self._region,
            "endpoint": self.aws.endpoint_url,
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, identity)),
        }
        return Subject(row=row, inputs=complete, document={**base, **(known or {}), **complete})
