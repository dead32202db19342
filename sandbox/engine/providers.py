"""Resource providers in process, and providers as resources."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.errors import StepError
from sandbox.engine.handlers import Difference, Handler
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.state import properties
from sandbox.state.properties import UNKNOWN, Properties, contains, from_struct, is_secret, is_unknown, plain, same
from sandbox.state.resource import Resource
from sandbox.state.urn import name_of, package_of, type_of

ENGINE_KEYS = {"version", "pluginDownloadURL", "__internal"}
SEED_BYTES = 32
_REQUESTS = {"CheckConfig": provider_pb2.CheckRequest, "DiffConfig": provider_pb2.DiffRequest}


class Provider(Handler):
    """One configured instance of a provider; what it may be sent is what it said that it accepts."""

    def __init__(self, servicer: ResourceProviderServicer, resource: Resource) -> None:
        config = _without_engine_keys(resource.inputs)
        self._servicer = servicer
        self._configured = not contains(config, is_unknown)
        self._accepts = provider_pb2.ConfigureResponse(acceptSecrets=True, acceptResources=True)
        if self._configured:
            prefix = f"{package_of(resource.type)}:config:"
            texts = {
                key: each if isinstance(each, str) else properties.canonical(each)
                for key, each in plain(config).items()
            }
            self._accepts = self._ask(
                "Configure", resource.urn, id=resource.id, args=config, acceptSecrets=True, acceptResources=True,
                sends_old_inputs=True, sends_old_inputs_to_delete=True,
                variables={prefix + key: text for key, text in texts.items()},
            )  # fmt: skip

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        if not self._configured:
            return new
        response = self._ask("Check", urn, olds=old, news=new, randomSeed=secrets.token_bytes(SEED_BYTES))
        return self._received(_accepted(response, urn, new), like=new)

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        if not self._configured:
            return Difference(changed=True)
        response = self._ask(
            "Diff", old.urn, id=old.id, old_inputs=old.inputs, olds=old.outputs, news=inputs, ignoreChanges=ignore
        )
        return _difference(response, old.inputs, inputs)

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        if preview and not self._previews:
            return "", self._guess(new)
        timeout = new.custom_timeouts.get("create", 0)
        response = self._ask("Create", new.urn, properties=new.inputs, preview=preview, timeout=timeout)
        if not response.id and not preview:
            raise StepError("the provider gave no id for what it created")
        return response.id, self._received(response.properties, like=new.inputs)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        if preview and not self._previews:
            return self._guess(new)
        response = self._ask(
            "Update", new.urn, id=old.id, olds=old.outputs, old_inputs=old.inputs, news=new.inputs, preview=preview,
            ignoreChanges=new.ignore_changes, timeout=new.custom_timeouts.get("update", 0),
        )  # fmt: skip
        return self._received(response.properties, like=new.inputs)

    def delete(self, resource: Resource) -> None:
        timeout = resource.custom_timeouts.get("delete", 0)
        outputs, inputs = resource.outputs, resource.inputs
        self._ask("Delete", resource.urn, id=resource.id, properties=outputs, old_inputs=inputs, timeout=timeout)

    def read(self, resource: Resource) -> tuple[Properties, Properties] | None:
        """Inputs and outputs as they are now, None when the resource is gone."""
        answer = self._ask("Read", resource.urn, id=resource.id, properties=resource.outputs, inputs=resource.inputs)
        if not answer.id:
            return None
        inputs = self._received(answer.inputs, like=resource.inputs) if answer.HasField("inputs") else resource.inputs
        return inputs, self._received(answer.properties, like=resource.outputs)

    def invoke(self, token: str, arguments: Properties, *, preview: bool) -> tuple[Properties, list[Any]]:
        """What a function of the provider returns (secret when it was given a secret), and why it refused."""
        if not self._configured:
            return {}, []
        request = provider_pb2.InvokeRequest(tok=token, args=self._send(arguments), preview=preview)
        response = _call(self._servicer, "Invoke", request)
        result = from_struct(getattr(response, "return"))
        if not self._accepts.acceptSecrets and contains(arguments, is_secret):
            result = {key: properties.secret(value) for key, value in result.items()}
        return result, list(response.failures)

    @property
    def _previews(self) -> bool:
        return self._configured and self._accepts.supportsPreview

    def _guess(self, new: Resource) -> Properties:
        return dict(new.inputs) if self._configured else {}

    def _ask(self, method: str, urn: str, **fields: Any) -> Any:
        structs = {"olds", "news", "old_inputs", "properties", "inputs", "args"}
        return _ask(
            self._servicer, method, urn,
            **{key: self._send(value) if key in structs else value for key, value in fields.items()},
        )  # fmt: skip

    def _send(self, values: Properties) -> Any:
        sent = values if self._accepts.acceptSecrets else plain(values)
        return properties.to_struct(sent if self._accepts.acceptResources else properties.without_references(sent))

    def _received(self, struct: Any, *, like: Properties) -> Properties:
        received = from_struct(struct)
        return received if self._accepts.acceptSecrets else properties.mark_secrets(received, like=like)


class Configuration(Handler):
    """A provider as a resource: made by configuring it, known to its resources by URN and id."""

    def __init__(self, servicer: ResourceProviderServicer, configured: dict[str, Provider]) -> None:
        self._servicer = servicer
        self._configured = configured

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        response = _ask(self._servicer, "CheckConfig", urn, olds=_config(old), news=_config(new))
        return from_struct(_accepted(response, urn, new)) | {key: new[key] for key in ENGINE_KEYS & new.keys()}

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        olds, news, outputs = _config(old.inputs), _config(inputs), properties.to_struct(old.outputs)
        response = _ask(
            self._servicer,
            "DiffConfig",
            old.urn,
            id=old.id,
            old_inputs=olds,
            olds=outputs,
            news=news,
            ignoreChanges=ignore,
        )
        return _difference(response, _without_engine_keys(old.inputs), _without_engine_keys(inputs))

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        new.id = UNKNOWN if preview else str(uuid.uuid4())
        return new.id, self.configure(new)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        del old, preview
        return self.configure(new)

    def configure(self, resource: Resource) -> Properties:
        """Make the provider ready for its resources; returns its outputs."""
        self._configured[f"{resource.urn}::{resource.id}"] = Provider(self._servicer, resource)
        return _without_engine_keys(resource.inputs)


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


def _without_engine_keys(config: Properties) -> Properties:
    return {key: value for key, value in config.items() if key not in ENGINE_KEYS}


def _config(inputs: Properties) -> Any:
    return properties.to_struct(_without_engine_keys(inputs))


def _ask(servicer: ResourceProviderServicer, method: str, urn: str, **fields: Any) -> Any:
    kind = _REQUESTS.get(method) or getattr(provider_pb2, f"{method}Request")
    return _call(servicer, method, kind(urn=urn, name=name_of(urn), type=type_of(urn), **fields))


def _call(servicer: ResourceProviderServicer, method: str, request: Any) -> Any:
    try:
        return getattr(servicer, method)(request, None)
    except InitializationFailed:
        raise
    except ProviderError as error:
        raise StepError(str(error)) from error
    except Exception as error:
        raise StepError(f"the provider's {method} failed by {error!r}") from error


def _accepted(response: provider_pb2.CheckResponse, urn: str, inputs: Properties) -> Any:
    """The checked inputs; raises StepError with all that is wrong with them."""

    def at(key: str) -> str:
        value = "[secret]" if contains(inputs.get(key), is_secret) else repr(inputs.get(key))
        return f": property {key} value {value}" if key else ""

    subject = f"{type_of(urn)} resource '{name_of(urn)}'"
    if response.failures:
        raise StepError(*(f"{subject}{at(each.property)} has a problem: {each.reason}" for each in response.failures))
    return response.inputs


def _difference(response: Any, old: Properties, new: Properties) -> Difference:
    keys = tuple(response.diffs)
    changed = response.changes == provider_pb2.DiffResponse.DIFF_SOME
    if response.changes == provider_pb2.DiffResponse.DIFF_UNKNOWN:
        keys = tuple(key for key in sorted({**old, **new}) if not same(old.get(key), new.get(key)))
        changed = bool(keys)
    replaces = tuple(response.replaces)
    delete_first = response.deleteBeforeReplace
    return Difference(changed=changed or bool(replaces), keys=keys, replace_keys=replaces, delete_first=delete_first)
