# ruff: noqa: ARG002 - methods and parameters are those of the protocol
"""A provider of package `test` that keeps its things in memory and fails where it is told to."""

import threading
from collections.abc import Mapping
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

SECRET_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
KNOWN_PROPERTIES = {
    "value", "fixed", "exclusive", "nested", "tags", "password",
    "failCreate", "failUpdate", "failDelete", "colour", "upstream", "count",
}  # fmt: skip
FORCE_NEW = ("fixed", "exclusive")
DiffResponse = provider_pb2.DiffResponse


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(struct)


def is_unknown(value: Any) -> bool:
    return value == rpc.UNKNOWN


def plain(value: Any) -> Any:
    if isinstance(value, dict) and SECRET_KEY in value:
        return plain(value["value"])
    if isinstance(value, dict):
        return {key: plain(element) for key, element in value.items()}
    return [plain(element) for element in value] if isinstance(value, list) else value


class RefusedError(Exception):
    pass


@dataclass
class TestProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Thing: `value`, `nested`, `tags` update in place; `fixed` replaces; `exclusive` replaces, deleting first."""

    __test__ = False

    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    accept_secrets: bool = True

    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=self.accept_secrets, accept_resources=True)

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request, context):
        failures = []
        if "wrong" in from_struct(request.news):
            failures.append(provider_pb2.CheckFailure(property="wrong", reason="is not a setting of this provider"))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request, context):
        olds, news = from_struct(request.old_inputs), from_struct(request.news)
        changed = sorted(key for key in {*olds, *news} if olds.get(key) != news.get(key))
        return DiffResponse(
            changes=DiffResponse.DIFF_SOME if changed else DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=["account"] if "account" in changed else [],
        )

    def Configure(self, request, context):
        return provider_pb2.ConfigureResponse(
            acceptSecrets=self.accept_secrets, supportsPreview=True, acceptResources=True, acceptOutputs=False
        )

    def Check(self, request, context):
        news = from_struct(request.news)
        failures = [
            provider_pb2.CheckFailure(property=key, reason=f"a thing has no property {key!r}")
            for key in sorted(news.keys() - KNOWN_PROPERTIES)
        ]
        if plain(news.get("value")) == "forbidden":
            failures.append(provider_pb2.CheckFailure(property="value", reason="may not be 'forbidden'"))
        return provider_pb2.CheckResponse(inputs=to_struct({"colour": "grey", **news}), failures=failures)

    def Diff(self, request, context):
        olds, news = from_struct(request.old_inputs), from_struct(request.news)
        changed = sorted(key for key in {*olds, *news} if plain(olds.get(key)) != plain(news.get(key)))
        replaces = [key for key in changed if key in FORCE_NEW]
        return DiffResponse(
            changes=DiffResponse.DIFF_SOME if changed else DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=replaces,
            deleteBeforeReplace="exclusive" in replaces,
        )

    def Create(self, request, context):
        inputs = from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(self.outputs(inputs, rpc.UNKNOWN)))
        with self.lock:
            if inputs.get("failCreate"):
                self.refuse(f"creating {request.name} was refused", context)
            self.calls.append(f"create {request.name}")
            self.made[request.urn] = self.made.get(request.urn, 0) + 1
            identity = f"{request.name}-{self.made[request.urn]}"
            self.things[identity] = inputs
        return provider_pb2.CreateResponse(id=identity, properties=to_struct(self.outputs(inputs, identity)))

    def Update(self, request, context):
        news = from_struct(request.news)
        if not request.preview:
            with self.lock:
                if news.get("failUpdate"):
                    self.refuse(f"updating {request.id} was refused", context)
                self.calls.append(f"update {request.name}")
                self.things[request.id] = news
        return provider_pb2.UpdateResponse(properties=to_struct(self.outputs(news, request.id)))

    def Delete(self, request, context):
        with self.lock:
            if self.things.get(request.id, {}).get("failDelete"):
                self.refuse(f"deleting {request.id} was refused", context)
            self.calls.append(f"delete {request.name}")
            self.things.pop(request.id, None)
        return empty_pb2.Empty()

    def Read(self, request, context):
        found = self.things.get(request.id)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, inputs=to_struct(found), properties=to_struct(self.outputs(found, request.id))
        )

    def Invoke(self, request, context):
        arguments = from_struct(request.args)
        if arguments.get("fail"):
            return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(property="fail", reason="told to")])
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").update({"answer": f"{arguments.get('question')}: 42"})
        return response

    @staticmethod
    def outputs(inputs: Mapping[str, Any], identity: str) -> dict[str, Any]:
        settled = identity != rpc.UNKNOWN
        secret = {SECRET_KEY: SECRET_SIGNATURE, "value": f"token of {identity}"}
        return {**inputs, "address": f"{identity}.test" if settled else rpc.UNKNOWN,
                "token": secret if settled else rpc.UNKNOWN}  # fmt: skip

    @staticmethod
    def refuse(message: str, context) -> None:
        if context is not None:
            context.abort(grpc.StatusCode.UNKNOWN, message)
        raise RefusedError(message)


def serve(provider: TestProvider) -> tuple[grpc.Server, int]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
