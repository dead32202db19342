"""The providers over gRPC, as the real CLI talks to them."""

import socket
from collections.abc import Iterator
from typing import Any, ClassVar

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.properties import Properties, from_struct, to_struct
from sandbox.providers.provider import Checked, Provider, Resource, State
from sandbox.providers.server import serve

URN = "urn:pulumi:local::fortress::fortress:edge:Domain$aws:test/thing:Thing::orders"


class ThingProvider(Provider):
    """Makes things; some fail."""

    package: ClassVar[str] = "aws"
    made = 0

    def __init__(self) -> None:
        super().__init__()
        ThingProvider.made += 1

    def check(self, resource: Resource, old_inputs: Properties, inputs: Properties, seed: bytes) -> Checked:  # noqa: ARG002
        return Checked(inputs=inputs | {"about": f"{resource.type} {resource.name}"})

    def replaces(self, resource: Resource, old_inputs: Properties, inputs: Properties) -> list[str]:  # noqa: ARG002
        return []

    def preview(self, resource: Resource, inputs: Properties) -> Properties:  # noqa: ARG002
        return inputs

    def create(self, resource: Resource, inputs: Properties) -> State:  # noqa: ARG002
        if "refused" in inputs:
            raise ProviderError("AWS says no")
        if "unready" in inputs:
            raise InitializationFailed(id="thing-1", outputs={"a": 1}, inputs=inputs, reasons=["pod crashed"])
        return State(id="thing-1", outputs=inputs | self.config)

    def read(self, resource: Resource, id: str, inputs: Properties, outputs: Properties) -> None:  # noqa: A002, ARG002
        return None

    def update(self, resource: Resource, state: State, old_inputs: Properties, inputs: Properties) -> Properties:  # noqa: ARG002
        return inputs

    def delete(self, resource: Resource, state: State, old_inputs: Properties) -> None:
        """Nothing to do."""

    def invoke(self, token: str, arguments: Properties) -> Properties:
        return {"token": token} | arguments


@pytest.fixture(scope="module")
def stub() -> Iterator[Any]:
    """A client of the served provider."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = serve(ThingProvider, port)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield ResourceProviderStub(channel)
    server.stop(grace=None).wait()


def create(stub: Any, **inputs: Any) -> Any:
    """The answer to Create."""
    return stub.Create(provider_pb2.CreateRequest(urn=URN, properties=to_struct(inputs)))


def test_type_and_name_are_those_of_the_urn(stub: Any) -> None:
    answer = stub.Check(provider_pb2.CheckRequest(urn=URN, news=to_struct({})))
    assert from_struct(answer.inputs)["about"] == "aws:test/thing:Thing orders"


def test_a_resource_is_created_with_the_configuration_as_values(stub: Any) -> None:
    config = {"aws:config:region": "eu-central-1", "aws:config:defaultTags": '{"tags": {"a": "b"}}'}
    answer = stub.Configure(provider_pb2.ConfigureRequest(variables=config))
    assert answer.supportsPreview
    assert not answer.acceptSecrets
    outputs = from_struct(create(stub, size=9).properties)
    assert outputs == {"size": 9, "region": "eu-central-1", "defaultTags": {"tags": {"a": "b"}}}


def test_an_error_is_the_status_unknown_with_its_message(stub: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        create(stub, refused=True)
    assert refused.value.code() == grpc.StatusCode.UNKNOWN
    assert refused.value.details() == "AWS says no"


def test_a_resource_that_is_not_ready_is_told_with_its_id_and_reasons(stub: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        create(stub, unready=True)
    metadata = {item.key: item.value for item in refused.value.trailing_metadata()}
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    failed = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    assert (failed.id, list(failed.reasons), from_struct(failed.properties)) == ("thing-1", ["pod crashed"], {"a": 1})


def test_a_resource_that_is_gone_has_an_empty_id(stub: Any) -> None:
    assert stub.Read(provider_pb2.ReadRequest(urn=URN, id="thing-1")).id == ""


def test_functions_answer(stub: Any) -> None:
    answer = stub.Invoke(provider_pb2.InvokeRequest(tok="aws:index/f:f", args=to_struct({"a": 1})))
    assert from_struct(getattr(answer, "return")) == {"token": "aws:index/f:f", "a": 1}


def test_the_provider_is_made_anew_when_the_engine_configures_it(stub: Any) -> None:
    before = ThingProvider.made
    stub.Configure(provider_pb2.ConfigureRequest())
    assert ThingProvider.made == before + 1
