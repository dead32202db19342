"""What a stack consists of before anything of it exists: the program itself, run against a monitor that makes nothing.

It needs no engine, no provider and no credential. The program collects no garbage, for it ends soon; this goes on.
"""

import asyncio
import gc
import runpy
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from infra.config import PROJECT
from infra.stack_files import CHECKOUT

_CLUSTER = "aws:eks/cluster:Cluster"
_ENTRY = CHECKOUT / "infra" / "__main__.py"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One resource, with what is known of it, and the resources that each of its inputs comes from."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]]
    """URNs by input."""


class _Nothing(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError(f"the monitor itself answers for {args.typ}")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise NotImplementedError(f"the program asked for {args.token}: it plans from its configuration alone")


class _Monitor(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Nothing())
        self.planned: list[Planned] = []
        self._lock = threading.Lock()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802
        planned = Planned(
            type=request.type,
            name=request.name,
            inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
            sources={name: tuple(found.urns) for name, found in request.propertyDependencies.items()},
        )
        with self._lock:
            self.planned.append(planned)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        if request.type == _CLUSTER:
            outputs.fields["vpcConfig"].struct_value["clusterSecurityGroupId"] = rpc.UNKNOWN
        urn = self.make_urn(request.parent, request.type, request.name)
        return resource_pb2.RegisterResourceResponse(urn=urn, object=outputs)


def plan(stack: str, values: Mapping[str, str]) -> list[Planned]:
    """Every resource of the stack with these values of its own keys, as Pulumi hands them over.

    Raises ConfigurationError as the program itself does.
    """
    monitor = _Monitor()

    async def run() -> None:
        settings.configure(
            mocks.MockSettings(
                monitor=monitor,
                monitor_features=set(monitor.GetDeploymentInfo(None).supportedFeatures),
                engine=mocks.MockEngine(None),
                project=PROJECT,
                stack=stack,
                dry_run=True,
                organization=None,
                callbacks=None,
            )
        )
        runtime_config.set_all_config({f"{PROJECT}:{key}": value for key, value in values.items()})
        await run_in_stack(lambda: (runpy.run_path(str(_ENTRY), run_name="__main__"), None)[1])

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulumi_aws")
        try:
            asyncio.run(run())
        finally:
            gc.enable()
    return monitor.planned
