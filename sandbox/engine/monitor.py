# ruff: noqa: N802 - method names are those of the protocol
"""What the SDK talks to: `pulumirpc.ResourceMonitor` and `pulumirpc.Engine`, called in process."""

import threading
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from sandbox.engine.providers import Providers
from sandbox.engine.registration import Registrar
from sandbox.state.properties import Properties, from_struct, to_struct
from sandbox.state.snapshot import Snapshot
from sandbox.state.urn import STACK_TYPE, package_of

_FEATURES = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
}


class Monitor:
    """Answers the program's calls; claims only the features that it has."""

    def __init__(self, registrar: Registrar, providers: Providers, snapshot: Snapshot, *, preview: bool) -> None:
        self._registrar = registrar
        self._providers = providers
        self._snapshot = snapshot
        self._preview = preview
        self.stack_outputs: Properties | None = None

    def GetDeploymentInfo(self, request: Any) -> resource_pb2.DeploymentInfo:
        del request
        return resource_pb2.DeploymentInfo(supportedFeatures=list(_FEATURES.values()))

    def SupportsFeature(self, request: Any) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        unsupported = {
            "remote components": request.remote, "import": request.importId, "packages": request.packageRef,
            "replace_on_changes": request.replaceOnChanges,
        }  # fmt: skip
        if wanted := [name for name, value in unsupported.items() if value]:
            raise NotImplementedError(f"{request.name}: the built-in engine has no {wanted[0]}; use the pulumi CLI")
        made = self._registrar.register(request)
        if made is None:
            return resource_pb2.RegisterResourceResponse(
                urn=self._registrar.urn_of(request), result=resource_pb2.Result.FAIL
            )
        outputs = made.outputs if made.custom else {}
        return resource_pb2.RegisterResourceResponse(urn=made.urn, id=made.id, object=to_struct(outputs))

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        outputs = from_struct(request.outputs)
        resource = self._registrar.news.get(request.urn)
        if resource is not None and resource.type == STACK_TYPE:
            self.stack_outputs = outputs
        elif resource is not None:
            self._snapshot.change(resource, outputs=outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        arguments = from_struct(request.args)
        reference = self._registrar.provider_for(package_of(request.tok), request.version, request.provider)
        answer = self._providers.get(reference).invoke(request.tok, arguments, preview=self._preview)
        return _answer(*answer)

    def SignalAndWaitForShutdown(self, request: Any) -> empty_pb2.Empty:
        del request
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> None:
        raise NotImplementedError(f"{request.name}: the built-in engine reads no resource by id; use the pulumi CLI")


def _answer(result: Properties, failures: Iterable[Any] = ()) -> resource_pb2.ResourceInvokeResponse:
    response = resource_pb2.ResourceInvokeResponse(failures=failures)
    getattr(response, "return").CopyFrom(to_struct(result))
    return response


class Log:
    """`pulumirpc.Engine`: where the program's `pulumi.info` and `pulumi.error` go."""

    def __init__(self, show: Callable[[str, str, str], None]) -> None:
        self._show = show
        self._root = ""
        self._lock = threading.Lock()

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:
        if request.severity != engine_pb2.DEBUG:
            severity = engine_pb2.LogSeverity.Name(request.severity).lower()
            with self._lock:
                self._show(severity, request.urn, request.message)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any) -> SimpleNamespace:
        del request
        return SimpleNamespace()
