# ruff: noqa: ARG002, N802 - method names and parameters are those of the protocol
"""What every provider of the sandbox shares: Pulumi's protocol on one side, plain dicts on the other."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, ClassVar

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.providers.difference import diff_response
from sandbox.providers.properties import Properties, from_struct, to_struct


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Which resource a request is about. `type` is the token (`aws:ec2/vpc:Vpc`), `name` the logical name.

    `timeout_seconds` is the custom timeout of the operation, 0 where none is given.
    """

    urn: str
    type: str
    name: str
    timeout_seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An input that is refused. `property` may be a path; an empty one means the resource as a whole."""

    property: str = ""
    reason: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Inputs as they go on to Diff and Create (names filled in), and what is wrong with them."""

    inputs: Properties
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as it stands: its physical id and its outputs, which include the inputs."""

    id: str
    outputs: Properties


class Provider(ResourceProviderServicer, ABC):
    """A resource provider without the protobuf: a subclass says what its resources are.

    Methods in lower case take and give plain values and raise `ProviderError`; any may be called from many threads.
    Unknown values are `pulumi.runtime.rpc.UNKNOWN`; secrets and output values never arrive (`acceptSecrets` is false).
    """

    package: ClassVar[str]
    config_replaces: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self.config: Properties = {}
        self.cancelled = threading.Event()

    @abstractmethod
    def check(self, resource: Resource, old_inputs: Properties, inputs: Properties, seed: bytes) -> Checked:
        """Inputs with their defaults, or why not; `seed` is the engine's, for names (empty where it gives none)."""

    @abstractmethod
    def replaces(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> Iterable[str]:
        """Properties, or property paths, that cannot change in place."""

    def delete_before_replace(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> bool:
        """Whether old and new cannot stand beside each other (a fixed physical name)."""
        return False

    @abstractmethod
    def preview(self, resource: Resource, inputs: Properties) -> Properties:
        """Outputs that a create would give: the inputs, and unknowns for the rest. Makes no call."""

    @abstractmethod
    def create(self, resource: Resource, inputs: Properties) -> State:
        """Makes the resource and waits until it is usable."""

    @abstractmethod
    def read(self, resource: Resource, id: str, inputs: Properties, outputs: Properties) -> State | None:  # noqa: A002
        """The resource as it is now; None where it is gone. Inputs and outputs are empty on an import."""

    @abstractmethod
    def update(self, resource: Resource, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        """Changes the resource in place; returns the new outputs."""

    def preview_update(self, state: State, old_inputs: Properties, inputs: Properties) -> Properties:
        """Outputs that an update would give: the new inputs, and what the resource has besides. Makes no call."""
        return {key: value for key, value in state.outputs.items() if key not in old_inputs} | inputs

    @abstractmethod
    def delete(self, resource: Resource, state: State, old_inputs: Properties) -> None:
        """Removes the resource; no error where it is already gone."""

    @abstractmethod
    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Carries out a function (`aws:index/getRegion:getRegion`)."""

    def check_config(self, inputs: Properties) -> list[Failure]:
        """What is wrong with the provider's own configuration."""
        return []

    def configure(self, config: Properties) -> None:
        """Takes the configuration, its JSON strings decoded."""
        self.config = config

    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version=version(f"pulumi-{self.package}"))

    def CheckConfig(self, request, context):
        failures = self.check_config(decoded(from_struct(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_messages(failures))

    def DiffConfig(self, request, context):
        old = from_struct(request.old_inputs) or from_struct(request.olds)
        return diff_response(decoded(old), decoded(from_struct(request.news)), replaces=self.config_replaces)

    def Configure(self, request, context):
        variables = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        self.configure(decoded(from_struct(request.args) or variables))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request, context):
        checked = self.check(
            _resource(request), from_struct(request.olds), from_struct(request.news), request.randomSeed
        )
        return provider_pb2.CheckResponse(inputs=to_struct(checked.inputs), failures=_messages(checked.failures))

    def Diff(self, request, context):
        resource, old, new = _resource(request), from_struct(request.old_inputs), from_struct(request.news)
        return diff_response(
            old,
            new,
            replaces=self.replaces(resource, old, new),
            delete_before_replace=self.delete_before_replace(resource, old, new),
        )

    def Create(self, request, context):
        resource, inputs = _resource(request), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(self.preview(resource, inputs)))
        state = self.create(resource, inputs)
        return provider_pb2.CreateResponse(id=state.id, properties=to_struct(state.outputs))

    def Read(self, request, context):
        inputs = from_struct(request.inputs)
        state = self.read(_resource(request), request.id, inputs, from_struct(request.properties))
        if state is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=state.id, properties=to_struct(state.outputs), inputs=to_struct(inputs))

    def Update(self, request, context):
        old, new = from_struct(request.old_inputs), from_struct(request.news)
        state = State(id=request.id, outputs=from_struct(request.olds))
        if request.preview:
            outputs = self.preview_update(state, old, new)
        else:
            outputs = self.update(_resource(request), state, old, new)
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request, context):
        state = State(id=request.id, outputs=from_struct(request.properties))
        self.delete(_resource(request), state, from_struct(request.old_inputs))
        return empty_pb2.Empty()

    def Invoke(self, request, context):
        result = self.invoke(request.tok, from_struct(request.args))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(result))
        return response

    def Cancel(self, request, context):
        self.cancelled.set()
        return empty_pb2.Empty()


def decoded(config: Properties) -> Properties:
    """Provider configuration: engines send everything that is not a string as a JSON string."""
    return {key: _decoded_value(value) for key, value in config.items()}


def _decoded_value(value: Any) -> Any:
    if not isinstance(value, str) or not (value.startswith(("{", "[")) or value in ("true", "false")):
        return value
    return json.loads(value)


def _resource(request: Any) -> Resource:
    """Type and name from the URN: `urn:pulumi:stack::project::parent$type::name`."""
    _, _, qualified_type, name = request.urn.split("::", 3)
    timeout_seconds = getattr(request, "timeout", 0)
    return Resource(urn=request.urn, type=qualified_type.rpartition("$")[2], name=name, timeout_seconds=timeout_seconds)


def _messages(failures: Iterable[Failure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in failures]
