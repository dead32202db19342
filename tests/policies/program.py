"""The platform's own program, previewed on an empty stack by Pulumi's mock monitor, as the graph that rules judge."""

import asyncio
import json
import runpy
import threading
from pathlib import Path
from typing import Any

import yaml
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from policies.decode import decode
from policies.graph import Graph, Node
from policies.tokens import canonical

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGE_DIGEST = f"sha256:{'a' * 64}"


class _Inputs(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        outputs = dict(args.inputs)
        if args.typ == "aws:eks/cluster:Cluster":
            outputs["vpcConfig"] = {**outputs["vpcConfig"], "clusterSecurityGroupId": rpc.UNKNOWN}
        return None, outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asked for {args.token}")


class _Monitor(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Inputs())
        self.nodes: list[Node] = []
        self._lock = threading.Lock()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        response = super().RegisterResource(request)
        properties, secrets = decode(request.object)
        node = Node(
            urn=response.urn,
            type=canonical(request.type),
            name=request.name,
            properties=properties,
            secrets=secrets | set(request.additionalSecretOutputs),
            protect=request.protect,
            provider=request.provider,
            property_dependencies={
                name: tuple(found.urns) for name, found in request.propertyDependencies.items() if found.urns
            },
        )
        with self._lock:
            self.nodes.append(node)
        return response


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

    asyncio.run(run())
    return Graph(monitor.nodes)
