"""The platform's own program, previewed on an empty stack by Pulumi's mock monitor, as the graph that rules judge."""

import asyncio
import json
import runpy
import threading
import warnings
from pathlib import Path
from typing import Any

import yaml
from google.protobuf import struct_pb2
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from policies.decode import decode
from policies.graph import Graph, Node
from policies.tokens import EKS_CLUSTER, canonical

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGE_DIGEST = f"sha256:{'a' * 64}"


class _NoMocks(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise AssertionError(f"the monitor itself answers for {args.typ}")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asked for {args.token}: it plans from its configuration alone")


class _Monitor(mocks.MockMonitor):
    """Answers each registration with its own inputs, and with ids and outputs that are unknown."""

    def __init__(self) -> None:
        super().__init__(_NoMocks())
        self.nodes: list[Node] = []
        self._lock = threading.Lock()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
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
        )
        with self._lock:
            self.nodes.append(node)
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        if request.type == EKS_CLUSTER:
            outputs.fields["vpcConfig"].struct_value["clusterSecurityGroupId"] = rpc.UNKNOWN
        return resource_pb2.RegisterResourceResponse(urn=urn, object=outputs)


def preview(stack: str) -> Graph:
    """The graph of a stack's first preview: nothing exists, so nothing that AWS gives out is known."""
    document = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]
    config = {name: value if isinstance(value, str) else json.dumps(value) for name, value in document.items()}
    if document["fortress:domain"]["delegated"]:
        config["fortress:image_digest"] = IMAGE_DIGEST
    monitor = _Monitor()

    async def run() -> None:
        features = set(monitor.GetDeploymentInfo(None).supportedFeatures)
        settings.configure(
            mocks.MockSettings(
                monitor=monitor,
                monitor_features=features,
                engine=mocks.MockEngine(None),
                project="fortress",
                stack=stack,
                dry_run=True,
                organization=None,
                callbacks=None,
            )
        )
        runtime_config.set_all_config(config)
        await run_in_stack(lambda: (runpy.run_path(str(CHECKOUT / "infra"), run_name="__main__"), None)[1])

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulumi_aws")
        asyncio.run(run())
    return Graph(monitor.nodes)
