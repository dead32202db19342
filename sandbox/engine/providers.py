"""What carries a resource out: its provider, or the engine itself for components and for providers."""

import secrets
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.errors import StepError
from sandbox.engine.properties import (
    UNKNOWN,
    Properties,
    canonical,
    contains,
    from_struct,
    is_secret,
    is_unknown,
    mark_secrets,
    plain,
    same,
    secret,
    to_struct,
    without_references,
)
from sandbox.engine.state import Resource
from sandbox.engine.urn import name_of, package_of, type_of
from sandbox.providers.errors import InitializationFailed

ENGINE_KEYS = {"version", "pluginDownloadURL", "__internal"}
SEED_BYTES = 32
_DiffResponse = provider_pb2.DiffResponse


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a provider says of two sets of inputs; `replace_keys` are those that cannot change in place."""

    changed: bool
    keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    delete_first: bool = False


class Handler(ABC):
    """The life of one kind of resource. Every method raises StepError where it fails."""

    @abstractmethod
    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties: ...

    @abstractmethod
    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference: ...

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        """The id and outputs of what was made."""
        del new, preview
        return "", {}

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        """The new outputs."""
        del old, new, preview
        return {}


class Component(Handler):
    """A component has no provider: it is what the program says it is."""

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        del urn, old
        return new

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        del ignore
        return Difference(changed=not same(old.inputs, inputs))


class Provider(Handler):
    """One configured instance of a provider; what it may be sent is what it said that it accepts."""

    def __init__(self, servicer: ResourceProviderServicer, resource: Resource) -> None:
        config = _without_engine_keys(resource.inputs)
        self._servicer = servicer
        self._configured = not contains(config, is_unknown)
        self._accepts = provider_pb2.ConfigureResponse()
        if self._configured:
            package = package_of(resource.type)
            texts = {key: value if isinstance(value, str) else canonical(value) for key, value in plain(config).items()}
            request = provider_pb2.ConfigureRequest(
                urn=resource.urn, name=name_of(resource.urn), type=resource.type, id=resource.id,
                acceptSecrets=True, acceptResources=True, sends_old_inputs=True, sends_old_inputs_to_delete=True,
                variables={f"{package}:config:{key}": text for key, text in texts.items()}, args=to_struct(config),
            )  # fmt: skip
            self._accepts = _call(servicer.Configure, request)

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        if not self._configured:
            return new
        request = provider_pb2.CheckRequest(
            **_names(urn), olds=self._send(old), news=self._send(new), randomSeed=secrets.token_bytes(SEED_BYTES)
        )
        return self._received(_checked(_call(self._servicer.Check, request), urn, new), like=new)

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        if not self._configured:
            return Difference(changed=True)
        request = provider_pb2.DiffRequest(
            **_names(old.urn), id=old.id, old_inputs=self._send(old.inputs), olds=self._send(old.outputs),
            news=self._send(inputs), ignoreChanges=ignore,
        )  # fmt: skip
        return _difference(_call(self._servicer.Diff, request), old.inputs, inputs)

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        if preview and not (self._configured and self._accepts.supportsPreview):
            return "", dict(new.inputs) if self._configured else {}
        request = provider_pb2.CreateRequest(
            **_names(new.urn), properties=self._send(new.inputs), preview=preview,
            timeout=new.custom_timeouts.get("create", 0),
        )  # fmt: skip
        response = _call(self._servicer.Create, request)
        if not response.id and not preview:
            raise StepError("the provider gave no id for what it created")
        return response.id, self._received(response.properties, like=new.inputs)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        if preview and not (self._configured and self._accepts.supportsPreview):
            return dict(new.inputs) if self._configured else {}
        request = provider_pb2.UpdateRequest(
            **_names(new.urn), id=old.id, olds=self._send(old.outputs), old_inputs=self._send(old.inputs),
            news=self._send(new.inputs), preview=preview, ignoreChanges=new.ignore_changes,
            timeout=new.custom_timeouts.get("update", 0),
        )  # fmt: skip
        return self._received(_call(self._servicer.Update, request).properties, like=new.inputs)

    def delete(self, resource: Resource) -> None:
        request = provider_pb2.DeleteRequest(
            **_names(resource.urn), id=resource.id, properties=self._send(resource.outputs),
            old_inputs=self._send(resource.inputs), timeout=resource.custom_timeouts.get("delete", 0),
        )  # fmt: skip
        _call(self._servicer.Delete, request)

    def read(self, resource: Resource) -> tuple[Properties, Properties] | None:
        """Inputs and outputs as they are now, None when the resource is gone."""
        request = provider_pb2.ReadRequest(
            **_names(resource.urn), id=resource.id, properties=self._send(resource.outputs),
            inputs=self._send(resource.inputs),
        )  # fmt: skip
        response = _call(self._servicer.Read, request)
        if not response.id:
            return None
        inputs = (
            self._received(response.inputs, like=resource.inputs) if response.HasField("inputs") else resource.inputs
        )
        return inputs, self._received(response.properties, like=resource.outputs)

    def invoke(self, token: str, arguments: Properties, *, preview: bool) -> provider_pb2.InvokeResponse:
        """A function of the provider; what comes of secrets is secret."""
        if not self._configured:
            return provider_pb2.InvokeResponse()
        request = provider_pb2.InvokeRequest(tok=token, args=self._send(arguments), preview=preview)
        response = _call(self._servicer.Invoke, request)
        if not self._accepts.acceptSecrets and contains(arguments, is_secret):
            result = getattr(response, "return")
            result.CopyFrom(to_struct({key: secret(value) for key, value in from_struct(result).items()}))
        return response

    def _send(self, properties: Properties) -> Any:
        sent = properties if self._accepts.acceptSecrets else plain(properties)
        return to_struct(sent if self._accepts.acceptResources else without_references(sent))

    def _received(self, struct: Any, *, like: Properties) -> Properties:
        received = from_struct(struct)
        return received if self._accepts.acceptSecrets else mark_secrets(received, like=like)


class Configuration(Handler):
    """A provider as a resource: made by configuring it, known to its resources by URN and id."""

    def __init__(self, servicer: ResourceProviderServicer, configured: dict[str, Provider]) -> None:
        self._servicer = servicer
        self._configured = configured

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        request = provider_pb2.CheckRequest(
            **_names(urn), olds=to_struct(_without_engine_keys(old)), news=to_struct(_without_engine_keys(new))
        )
        checked = from_struct(_checked(_call(self._servicer.CheckConfig, request), urn, new))
        return checked | {key: value for key, value in new.items() if key in ENGINE_KEYS}

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        olds, news = _without_engine_keys(old.inputs), _without_engine_keys(inputs)
        request = provider_pb2.DiffRequest(
            **_names(old.urn), id=old.id, old_inputs=to_struct(olds), olds=to_struct(old.outputs), news=to_struct(news),
            ignoreChanges=ignore,
        )  # fmt: skip
        return _difference(_call(self._servicer.DiffConfig, request), olds, news)

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        new.id = UNKNOWN if preview else str(uuid.uuid4())
        return new.id, self.configure(new)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        del preview
        new.id = old.id
        return self.configure(new)

    def configure(self, resource: Resource) -> Properties:
        """Make the provider ready for its resources; returns its outputs."""
        self._configured[f"{resource.urn}::{resource.id}"] = Provider(self._servicer, resource)
        return _without_engine_keys(resource.inputs)


def _names(urn: str) -> dict[str, Any]:
    return {"urn": urn, "name": name_of(urn), "type": type_of(urn)}


def _without_engine_keys(config: Mapping[str, Any]) -> Properties:
    return {key: value for key, value in config.items() if key not in ENGINE_KEYS}


def _call(method: Callable[[Any, Any], Any], request: Any) -> Any:
    try:
        return method(request, None)
    except InitializationFailed:
        raise
    except Exception as error:
        raise StepError(str(error) or repr(error)) from error


def _checked(response: provider_pb2.CheckResponse, urn: str, inputs: Properties) -> Any:
    if response.failures:
        subject = f"{type_of(urn)} resource '{name_of(urn)}'"
        raise StepError(
            *(
                f"{subject}{_at(failure.property, inputs)} has a problem: {failure.reason}"
                for failure in response.failures
            )
        )
    return response.inputs


def _at(property_: str, inputs: Properties) -> str:
    value = inputs.get(property_)
    return f": property {property_} value {'[secret]' if contains(value, is_secret) else value!r}" if property_ else ""


def _difference(response: Any, old: Properties, new: Properties) -> Difference:
    keys = tuple(response.diffs)
    changed = response.changes == _DiffResponse.DIFF_SOME
    if response.changes == _DiffResponse.DIFF_UNKNOWN:
        keys = tuple(key for key in sorted({**old, **new}) if not same(old.get(key), new.get(key)))
        changed = bool(keys)
    return Difference(
        changed=changed or bool(response.replaces),
        keys=keys,
        replace_keys=tuple(response.replaces),
        delete_first=response.deleteBeforeReplace,
    )


class Providers:
    """The providers at hand, by package; those configured, by their references `<urn>::<id>`."""

    def __init__(
        self, servicers: Mapping[str, ResourceProviderServicer], recorded: Callable[[], list[Resource]]
    ) -> None:
        self._servicers = servicers
        self._recorded = recorded
        self._configured: dict[str, Provider] = {}

    def configuration(self, package: str) -> Configuration:
        """The handler of provider resources of a package; raises StepError for a package without a provider."""
        if package not in self._servicers:
            known = ", ".join(sorted(self._servicers)) or "none"
            raise StepError(f"no provider for package '{package}' is attached; attached: {known}")
        return Configuration(self._servicers[package], self._configured)

    def get(self, reference: str) -> Provider:
        """The provider of a reference, configured from the state when the program does not mention it."""
        if reference not in self._configured:
            for resource in self._recorded():
                if f"{resource.urn}::{resource.id}" == reference:
                    self.configuration(package_of(resource.type)).configure(resource)
        if reference not in self._configured:
            raise StepError(f"the provider {reference} is neither in the program nor in the state")
        return self._configured[reference]
