"""Pulumi's program, previewed on an empty stack by the SDK's own mock monitor, as the graph that rules judge.

It needs no engine, provider or credential. The SDK says for each resource which line of the program made it.
"""

import asyncio
import json
import runpy
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from google.protobuf import struct_pb2
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from policies.decode import decode
from policies.graph import Graph, Node
from policies.tokens import EKS_CLUSTER, canonical


class _NoMocks(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise AssertionError(f"the monitor itself answers for {args.typ}")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asked for {args.token}: it plans from its configuration alone")


class _Monitor(mocks.MockMonitor):
    """Answers each registration with its own inputs, and with ids and outputs that are unknown."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_NoMocks())
        self.nodes: list[Node] = []
        self._folder = folder
        self._lock = threading.Lock()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        properties, secrets = decode(request.object)
        node = Node(
            urn=urn,
            type=canonical(request.type),
            name=request.name,
            properties=properties,
            secrets=secrets | set(request.additionalSecretOutputs),
            protect=request.protect,
            property_dependencies={
                name: tuple(found.urns) for name, found in request.propertyDependencies.items() if found.urns
            },
            source=_source(request, self._folder),
        )
        with self._lock:
            self.nodes.append(node)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        if request.type == EKS_CLUSTER:
            outputs.fields["vpcConfig"].struct_value["clusterSecurityGroupId"] = rpc.UNKNOWN
        return resource_pb2.RegisterResourceResponse(urn=urn, object=outputs)


def preview(folder: Path, stack: str, overrides: Mapping[str, str] | None = None) -> Graph:
    """The graph of a stack's first preview: nothing exists, so nothing that AWS gives out is known.

    `folder` holds Pulumi.yaml and the stacks' files; `overrides` go over the stack's configuration. Raises
    `FileNotFoundError` where the stack has no file.
    """
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(each.name.split(".")[1] for each in folder.glob("Pulumi.*.yaml")))
        raise FileNotFoundError(f"there is no stack {stack!r}; allowed are {known}")
    document = yaml.safe_load(path.read_text())["config"]
    config = {name: value if isinstance(value, str) else json.dumps(value) for name, value in document.items()}
    monitor = _Monitor(folder)

    async def run() -> None:
        features = set(monitor.GetDeploymentInfo(None).supportedFeatures)
        settings.configure(
            mocks.MockSettings(
                monitor=monitor,
                monitor_features=features,
                engine=mocks.MockEngine(None),
                project=project["name"],
                stack=stack,
                dry_run=True,
                organization=None,
                callbacks=None,
            )
        )
        runtime_config.set_all_config({**config, **(overrides or {})})
        entry = (folder / project["main"]).parent
        await run_in_stack(lambda: (runpy.run_path(str(entry), run_name="__main__"), None)[1])

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulumi_aws")
        asyncio.run(run())
    return Graph(monitor.nodes)


def _source(request: resource_pb2.RegisterResourceRequest, folder: Path) -> str:
    positions = [frame.pc for frame in request.stackTrace.frames]
    for position in (request.sourcePosition, *positions):
        path = Path(unquote(urlsplit(position.uri).path))
        if path.is_relative_to(folder) and "site-packages" not in path.parts:
            return f"{path.relative_to(folder)}:{position.line}"
    return ""
