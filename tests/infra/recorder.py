"""Runs infrastructure code against Pulumi's own mock monitor, and records all that it asked the engine for."""

import asyncio
import gc
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks, rpc, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import ROOT, SETTINGS
from pulumi.runtime.stack import run_in_stack

ACCOUNT_ID = "123456789012"
REGION = "eu-central-1"

COMPUTED: dict[str, Callable[[str, Mapping[str, Any]], dict[str, Any]]] = {
    "aws:acm/certificate:Certificate": lambda _, __: {
        "domainValidationOptions": [
            {
                "domainName": "api.example.com",
                "resourceRecordName": "_check.api.example.com.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_value.acm-validations.aws.",
            }
        ]
    },
    "aws:amp/workspace:Workspace": lambda _, __: {"prometheusEndpoint": "https://aps.example.com/workspaces/ws-1/"},
    "aws:cognito/userPool:UserPool": lambda _, __: {
        "endpoint": "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_1"
    },
    "aws:ecr/repository:Repository": lambda _, inputs: {
        "repositoryUrl": f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{inputs['name']}"
    },
    "aws:ec2/launchTemplate:LaunchTemplate": lambda _, __: {"latestVersion": 1},
    "aws:eks/cluster:Cluster": lambda _, inputs: {
        "arn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{inputs['name']}",
        "certificateAuthority": {"data": "Y2VydGlmaWNhdGU="},
        "endpoint": "https://cluster.example.com",
        "vpcConfig": {**inputs["vpcConfig"], "clusterSecurityGroupId": "sg-cluster"},
    },
    "aws:glue/catalogTable:CatalogTable": lambda _, inputs: {
        "arn": f"arn:aws:glue:{REGION}:{ACCOUNT_ID}:table/{inputs['databaseName']}/{inputs['name']}"
    },
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": lambda _, inputs: {
        "arn": f"arn:aws:firehose:{REGION}:{ACCOUNT_ID}:deliverystream/{inputs['name']}"
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda name, _: {
        "arnSuffix": f"app/{name}/1",
        "dnsName": f"{name}.elb.amazonaws.com",
        "zoneId": "Z-ELB",
    },
    "aws:lb/targetGroup:TargetGroup": lambda name, _: {"arnSuffix": f"targetgroup/{name}/1"},
    "aws:msk/cluster:Cluster": lambda _, inputs: {
        "arn": f"arn:aws:kafka:{REGION}:{ACCOUNT_ID}:cluster/{inputs['clusterName']}/uuid-1",
        "bootstrapBrokersSaslIam": "b-1.kafka.example.com:9098",
    },
    "aws:msk/configuration:Configuration": lambda _, __: {"latestRevision": 1},
    "aws:rds/proxy:Proxy": lambda name, _: {
        "arn": f"arn:aws:rds:{REGION}:{ACCOUNT_ID}:db-proxy:prx-1",
        "endpoint": "proxy.example.com",
        "name": name,
    },
    "aws:rds/instance:Instance": lambda _, __: {
        "address": "database.example.com",
        "endpoint": "database.example.com:5432",
        "masterUserSecrets": [{"secretArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:rds!db-1"}],
        "resourceId": "db-RESOURCE",
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda name, _: {
        "primaryEndpointAddress": "cache.example.com",
        "replicationGroupId": name,
    },
    "aws:s3/bucket:Bucket": lambda name, _: {"bucket": f"{name}-1234567"},
    "aws:route53/keySigningKey:KeySigningKey": lambda _, __: {"dsRecord": "4711 13 2 D165"},
    "aws:route53/zone:Zone": lambda _, __: {"nameServers": ["ns-1.example.com"], "zoneId": "Z1"},
    "aws:sesv2/emailIdentity:EmailIdentity": lambda _, __: {
        "dkimSigningAttributes": {"tokens": ["one", "two", "three"]}
    },
    "kubernetes:core/v1:Service": lambda _, inputs: {"spec": {**inputs["spec"], "clusterIP": "172.20.0.10"}},
}
"""What AWS and Kubernetes fill in, for the types whose outputs the program reads."""

ARN_ENDINGS = {
    "aws:amp/workspace:Workspace": "aps:{place}:workspace/ws-{name}",
    "aws:athena/workgroup:Workgroup": "athena:{place}:workgroup/{name}",
    "aws:cloudwatch/logGroup:LogGroup": "logs:{place}:log-group:{name}",
    "aws:codebuild/project:Project": "codebuild:{place}:project/{name}",
    "aws:cognito/userPool:UserPool": "cognito-idp:{place}:userpool/{name}",
    "aws:ecr/repository:Repository": "ecr:{place}:repository/{name}",
    "aws:elasticache/replicationGroup:ReplicationGroup": "elasticache:{place}:replicationgroup:{name}",
    "aws:elasticache/user:User": "elasticache:{place}:user:{name}",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "iam::{account}:oidc-provider/{name}",
    "aws:iam/policy:Policy": "iam::{account}:policy/{name}",
    "aws:iam/role:Role": "iam::{account}:role/{name}",
    "aws:kms/key:Key": "kms:{place}:key/{name}",
    "aws:lb/targetGroup:TargetGroup": "elasticloadbalancing:{place}:targetgroup/{name}/1",
    "aws:rds/instance:Instance": "rds:{place}:db:{name}",
    "aws:route53/zone:Zone": "route53:::hostedzone/Z1",
    "aws:s3/bucket:Bucket": "s3:::{name}",
    "aws:sesv2/configurationSet:ConfigurationSet": "ses:{place}:configuration-set/{name}",
    "aws:sesv2/emailIdentity:EmailIdentity": "ses:{place}:identity/{name}",
}
"""How ARNs go on after `arn:aws:`, where policies speak of them: AWS's service authorization reference."""

_SETTINGS: Any = SETTINGS
"""The SDK's own; what a refused program left in them waits for an event loop that is closed."""
_NO_STACK_OF_THE_MOCKS: Any = object()
"""Stands where `set_mocks` looks whether it has to make a stack of its own; `run_in_stack` makes the only one."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One resource as the engine was asked for it."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    provider: str
    dependencies: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    former_types: tuple[str, ...]
    """Types that aliases say the resource had."""
    protect: bool
    custom: bool

    def json(self, key: str) -> Any:
        """An input that holds JSON, as data."""
        return json.loads(self.inputs[key])


@dataclass(kw_only=True)
class Graph:
    """Everything that one run registered."""

    by_urn: dict[str, Registered] = field(default_factory=dict)
    outputs_of: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each component, and the stack, registered as its outputs."""

    def __iter__(self) -> Iterator[Registered]:
        return iter(self.by_urn.values())

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return next(outputs for urn, outputs in self.outputs_of.items() if "::pulumi:pulumi:Stack::" in urn)

    def of_type(self, type_: str) -> list[Registered]:
        """Every resource of this type."""
        return [resource for resource in self if resource.type == type_]

    def one(self, type_: str, name: str | None = None) -> Registered:
        """The only resource of this type, or the one of this name. Raises AssertionError when there is not one."""
        found = [resource for resource in self.of_type(type_) if name in (None, resource.name)]
        assert len(found) == 1, f"{type_} {name}: found {[resource.name for resource in self.of_type(type_)]}"
        return found[0]

    @cached_property
    def _children_of_components(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for resource in self:
            if resource.parent in self.by_urn and not self.by_urn[resource.parent].custom:
                children.setdefault(resource.parent, []).append(resource.urn)
        return children

    def stands_on(self, resource: Registered, other: Registered) -> bool:
        """Whether `other` is created before `resource` and deleted after it: by dependency, provider or parent."""
        seen: set[str] = set()
        waiting = [resource.urn]
        while waiting:
            urn = waiting.pop()
            if urn == other.urn:
                return True
            if urn in seen or urn not in self.by_urn:
                continue
            seen.add(urn)
            current = self.by_urn[urn]
            waiting += [*current.dependencies, current.parent, current.provider.rpartition("::")[0]]
            if urn != resource.urn:
                waiting += self._children_of_components.get(urn, [])
        return False


class _InPlace(ThreadPoolExecutor):
    """Answers the SDK's calls where they are made: the monitor is in this process, and a thread a call costs more."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class _NoMocks(mocks.Mocks):
    """Takes no part: the monitor below answers by itself, because the SDK's own leaves an event loop open a thread."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise AssertionError(f"{args.typ} {args.name} went past the monitor")

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"{args.token} went past the monitor")


class _Monitor(mocks.MockMonitor):
    """Records each request, so that tests see dependencies and options and not only inputs."""

    def __init__(self, graph: Graph, *, preview: bool) -> None:
        super().__init__(_NoMocks())
        self._graph = graph
        self._preview = preview
        self._lock = threading.Lock()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        registered = Registered(
            urn=self.make_urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
            parent=request.parent,
            provider=request.provider,
            dependencies=tuple(request.dependencies),
            ignore_changes=tuple(request.ignoreChanges),
            former_types=tuple(alias.spec.type for alias in request.aliases if alias.spec.type),
            protect=request.protect,
            custom=request.custom,
        )
        with self._lock:
            assert registered.urn not in self._graph.by_urn, f"{registered.urn} is registered twice"
            self._graph.by_urn[registered.urn] = registered
        state = struct_pb2.Struct()
        state.CopyFrom(request.object)
        if self._preview or not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=registered.urn, object=state)
        state.update(_computed(registered))
        return resource_pb2.RegisterResourceResponse(urn=registered.urn, id=f"{request.name}-id", object=state)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> Any:
        outputs = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        with self._lock:
            self._graph.outputs_of[request.urn] = outputs
        return super().RegisterResourceOutputs(request)

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> Any:
        raise AssertionError(f"the program asked for {request.tok}: it plans from its configuration alone")


def _computed(registered: Registered) -> dict[str, Any]:
    service = registered.type.split("/", 1)[0].removeprefix("aws:")
    ending = ARN_ENDINGS.get(registered.type, f"{service}:{{place}}:{{name}}")
    arn = ending.format(
        place=f"{registered.inputs.get('region', REGION)}:{ACCOUNT_ID}", account=ACCOUNT_ID, name=registered.name
    )
    derived = {"arn": f"arn:aws:{arn}", "name": registered.name}
    missing = {key: value for key, value in derived.items() if key not in registered.inputs}
    compute = COMPUTED.get(registered.type)
    return missing | (compute(registered.name, registered.inputs) if compute else {})


def record(
    program: Callable[[], None],
    *,
    config: Mapping[str, str] | None = None,
    stack: str = "test",
    preview: bool = False,
    graph: Graph | None = None,
) -> Graph:
    """Run the program as Pulumi would and return what it registered. In preview, outputs of resources are unknown.

    In a thread of its own: the SDK walks the whole stack for each resource, and pytest's is deep. Where the program is
    refused, what it registered all the same is in the `graph` that was given.
    """
    graph = Graph() if graph is None else graph

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(_InPlace())
        ROOT.set(_NO_STACK_OF_THE_MOCKS)
        set_mocks(_NoMocks(), "fortress", stack, preview, monitor=_Monitor(graph, preview=preview))
        ROOT.set(None)
        runtime_config.set_all_config(dict(config or {}))
        _SETTINGS.outputs.clear()
        await run_in_stack(program)

    gc.disable()
    try:
        with ThreadPoolExecutor(max_workers=1) as short_stack:
            short_stack.submit(asyncio.run, run()).result()
    finally:
        gc.enable()
    return graph


def record_component(make: Callable[[pulumi.ResourceOptions], object], *, preview: bool = False) -> Graph:
    """Run one component's constructor."""
    return record(lambda: (make(pulumi.ResourceOptions()), None)[1], preview=preview)
