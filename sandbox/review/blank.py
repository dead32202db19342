# ruff: noqa: ARG002, N802 - methods are those of the protocol
"""A provider with no cloud behind it: what only a cloud could tell stands as `⟨name.output⟩` where it is a text.

So a document that holds somebody's ARN can still be read and compared; anything else that is computed stays unknown.
"""

import importlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_origin

from pulumi import _types
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.providers.aws import schema
from sandbox.providers.errors import ProviderError
from sandbox.state.properties import UNKNOWN, Properties, from_struct, to_struct

REFERENCE = re.compile(r"⟨([^⟨⟩]+)⟩")


class BlankProvider(ResourceProviderServicer):
    """Accepts everything and makes nothing. `symbols` false leaves all that is computed unknown."""

    def __init__(self, *, symbols: bool) -> None:
        self._symbols = symbols

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: Any) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    Check = CheckConfig

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, acceptResources=True, supportsPreview=True)

    def Create(self, request: provider_pb2.CreateRequest, context: Any) -> provider_pb2.CreateResponse:
        inputs = from_struct(request.properties)
        owner = f"{request.type.rpartition(':')[2]} {request.name}"
        outputs = self._computed(_output_types(request.type), owner, inputs)
        identifier = f"⟨{owner}.id⟩" if self._symbols else ""
        return provider_pb2.CreateResponse(id=identifier, properties=to_struct(outputs))

    def Invoke(self, request: Any, context: Any) -> Any:
        raise ProviderError(f"{request.tok} asks the cloud, and a comparison of two revisions has none to ask")

    def _computed(self, types: Mapping[str, Any], owner: str, given: Properties, *, top: bool = True) -> Properties:
        """An object with an unknown member is unknown to the SDK as a whole, so with symbols none is put in."""
        made = {
            name: self._computed(_members(types.get(name)), f"{owner}.{name}", value, top=False)
            if isinstance(value, dict)
            else value
            for name, value in given.items()
        }
        if not self._symbols:
            return made if top else dict.fromkeys(types, UNKNOWN) | made
        return {
            name: symbol
            for name, declared in types.items()
            if (symbol := self._symbolic(declared, f"{owner}.{name}", deeper=top)) is not None
        } | made

    def _symbolic(self, declared: Any, path: str, *, deeper: bool) -> Any:
        """A text, an object of texts or a list of one such object; None for what a text cannot stand for."""
        if declared is str:
            return f"⟨{path}⟩"
        element = next(iter(get_args(declared)), None) if get_origin(declared) is Sequence else None
        if not deeper or not (members := _members(declared) or _members(element)):
            return None
        made = self._computed(members, path, {}, top=False)
        return [made] if element else made


def _members(declared: Any) -> Mapping[str, Any]:
    is_object = isinstance(declared, type) and _types.is_output_type(declared)
    return _types.output_type_types(declared) if is_object else {}


@cache
def _output_types(token: str) -> Mapping[str, Any]:
    """The outputs of a type by their names on the wire; of a custom resource, its metadata only."""
    package, module, name = token.split(":")
    try:
        if package == "aws":
            return schema.output_types(token)
        group, _, version = module.partition("/")
        known = importlib.import_module(f"pulumi_{package}.{group.partition('.')[0]}.{version}")
        return _types.resource_types(getattr(known, name))
    except (ImportError, AttributeError, ProviderError):
        return {}
