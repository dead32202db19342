"""What a graph costs a month, from the table in `data/prices.json`; what has no price says so."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from sandbox.review.graph import Graph, Node
from sandbox.review.nights import share_awake
from sandbox.review.published import data

BUDGETS = Path("sandbox/review/data/budgets.json")
Items = Iterator[tuple[str, float]]
"""Keys of prices with quantities; a key that ends in `.hour`, and each machine, counts by the hour."""
_BUDGET = "aws:budgets/budget:Budget"
_HOURLY = (".hour", ".unit", ".vcpu")
_MACHINES = ("db.", "cache.", "ec2.", "kafka.m")
_NODE_GROUP, _TEMPLATE = "aws:eks/nodeGroup:NodeGroup", "aws:ec2/launchTemplate:LaunchTemplate"
_PROXY_LEAST_VCPUS = 2
_GIVEN_IOPS, _GIVEN_MEBIBYTES_PER_SECOND = 12_000, 500
"""What gp3 of RDS has for nothing from 400 GiB on; under that, nothing can be bought."""
_DAEMON_SET, _CHART = "kubernetes:apps/v1:DaemonSet", "kubernetes:helm.sh/v3:Release"
_WORKLOADS = ("kubernetes:apps/v1:Deployment", "kubernetes:argoproj.io/v1alpha1:Rollout", _DAEMON_SET, _CHART)
_NODE_POOL, _SCHEDULE = "kubernetes:karpenter.sh/v1:NodePool", "aws:scheduler/schedule:Schedule"
_COUNTS = ("minReplicas", "replicaCount", "replicas")
"""How charts' values say how many of a pod there are."""
_SCALERS = {
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "minReplicas",
    "kubernetes:keda.sh/v1alpha1:ScaledObject": "minReplicaCount",
}
_MEMORY_BYTES_A_VCPU = 4 * 2**30


@dataclass(frozen=True, kw_only=True)
class Line:
    """A resource's cost a month in US dollars; None, with the reason, where it has no price."""

    urn: str
    label: str
    usd: float | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """All that costs something, and all that has no price."""

    lines: Mapping[str, Line]

    @property
    def total(self) -> float:
        return round(sum(line.usd for line in self.lines.values() if line.usd is not None), 2)


def estimate(graph: Graph) -> Estimate:
    """The lines of a graph: what is free has none."""
    lines = {node.urn: line for node in graph.nodes.values() if (line := _line(node, graph)) is not None}
    return Estimate(lines=lines)


def declared(graph: Graph) -> float | None:
    """The monthly limit that the program itself sets on its account, in US dollars; the lowest of several."""
    limits = [each.inputs.get("limitAmount") for each in graph.of(_BUDGET) if each.inputs.get("timeUnit") == "MONTHLY"]
    return min((float(limit) for limit in limits if isinstance(limit, str | int | float)), default=None)


def budget(folder: Path, stack: str) -> float | None:
    """What a side allows the stack a month in US dollars, where its program sets no limit; None where nothing does."""
    file = folder / BUDGETS
    found = json.loads(file.read_text(encoding="utf-8")).get(stack) if file.exists() else None
    return float(found["usd"]) if found else None


def assumptions() -> list[str]:
    """The quantities that the program does not say."""
    return [f"{quantity} {what}" for what, quantity in data("prices")["assumed"].items()]


def _line(node: Node, graph: Graph) -> Line | None:
    if not node.is_cloud or any(fnmatchcase(node.type, free) for free in data("prices")["free"]):
        return None
    if not node.type.startswith(("aws:", *_WORKLOADS)) or (node.type in _WORKLOADS and graph.of(_NODE_GROUP)):
        return None
    if node.type not in (*QUANTITIES, *_BY_GRAPH):
        return Line(urn=node.urn, label=node.label, usd=None, detail=_UNPRICED.get(node.type, "no price in the table"))
    region = _region(node, graph)
    if region not in data("prices")["regions"]:
        return Line(urn=node.urn, label=node.label, usd=None, detail=f"no price for region {region}")
    try:
        by_graph = _BY_GRAPH.get(node.type)
        items = list(by_graph(node, graph) if by_graph else QUANTITIES[node.type](node.inputs))
        priced = [_priced(key, quantity, region) for key, quantity in items]
    except LookupError as missing:
        return Line(urn=node.urn, label=node.label, usd=None, detail=f"no price for {missing.args[0]}")
    except (TypeError, ValueError):
        return Line(urn=node.urn, label=node.label, usd=None, detail="its size is not known before it is made")
    detail = " + ".join(text for _, text in priced)
    total = round(sum(amount for amount, _ in priced), 2)
    return Line(urn=node.urn, label=node.label, usd=total, detail=detail) if items else None


def _priced(key: str, quantity: float, region: str) -> tuple[float, str]:
    tables = data("prices")
    price = tables["prices"][key]
    usd = price["usd"][tables["regions"].index(region)]
    hourly = key.endswith(_HOURLY) or key.startswith(_MACHINES)
    hours = tables["hours_per_month"] if hourly else 1
    unit = "/h" if hourly else ""
    about = "≈" if price.get("unsure") else ""
    return usd * quantity * hours, f"{quantity:g} × {key.removesuffix('.hour')} at {about}${usd:g}{unit}"


def _region(node: Node, graph: Graph) -> str:
    provider = graph.nodes.get(node.provider)
    regions = [each.inputs.get("region") for each in (provider, *graph.of("pulumi:providers:aws")) if each]
    return str(node.inputs.get("region") or next(filter(None, regions), "unknown"))


def _database(node: Node, graph: Graph) -> Items:
    """What is paid by the hour is paid for the share of the week that it runs; storage is paid for always."""
    share = share_awake(each.inputs for each in graph.of(_SCHEDULE))
    for key, quantity in _instance(node.inputs):
        yield key, quantity * share if key.startswith(_MACHINES) else quantity


def _pods(node: Node, graph: Graph) -> Items:
    """The machines that the pods ask for, at four gibibytes of memory to a virtual processor."""
    asked, count = _charted(node.inputs) if node.type == _CHART else _templated(node, graph)
    processors = sum(float(parse_quantity(each["cpu"])) for each in asked)
    memory = sum(float(parse_quantity(each["memory"])) for each in asked)
    if asked:
        machine = "eks.spot.vcpu" if _on_spot(graph) else "eks.machine.vcpu"
        yield machine, count * max(processors, memory / _MEMORY_BYTES_A_VCPU)


def _templated(node: Node, graph: Graph) -> tuple[list[Mapping[str, str]], float]:
    spec = node.inputs["spec"]
    asked = [each["resources"]["requests"] for each in spec["template"]["spec"]["containers"]]
    if node.type == _DAEMON_SET:
        return asked, _assumed("nodes of each cluster")
    return asked, spec.get("replicas") or _least_replicas(node, graph)


def _charted(inputs: Mapping[str, Any]) -> tuple[list[Mapping[str, str]], float]:
    """What the values of a chart ask for, of each kind of its pods, and how many there are of a kind."""
    said = list(_named(inputs.get("values") or {}))
    asked = [value for name, value in said if name == "requests"]
    return asked, max((value for name, value in said if name in _COUNTS), default=1)


def _named(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        yield name, value
        if isinstance(value, Mapping):
            yield from _named(value)


def _on_spot(graph: Graph) -> bool:
    """Whether there is a pool that asks for Spot machines first."""
    pools = (each.inputs["spec"]["template"]["spec"]["requirements"] for each in graph.of(_NODE_POOL))
    return any("spot" in each.get("values", ()) for requirements in pools for each in requirements)


def _nodes(node: Node, graph: Graph) -> Items:
    """The machines that a group begins with, of its first type, and their volumes; what pods ask for is on them."""
    if node.inputs.get("capacityType") == "SPOT":
        raise LookupError("Spot machines, which changes by the hour")
    count = float(node.inputs["scalingConfig"]["desiredSize"])
    yield f"ec2.{node.inputs['instanceTypes'][0]}", count
    for template in graph.of(_TEMPLATE):
        if template.urn in node.dependencies:
            for disk in template.inputs.get("blockDeviceMappings") or ():
                yield "ebs.gp3", count * float(disk["ebs"]["volumeSize"])


def _least_replicas(node: Node, graph: Graph) -> int:
    scalers = (each for each in graph.of(*_SCALERS) if node.urn in each.dependencies)
    return next((each.inputs["spec"][_SCALERS[each.type]] for each in scalers), 1)


def _assumed(what: str) -> float:
    return data("prices")["assumed"][what]


def _instance(inputs: Mapping[str, Any]) -> Items:
    copies = 2 if inputs.get("multiAz") else 1
    yield inputs["instanceClass"], copies
    yield "rds.gp3", copies * float(inputs["allocatedStorage"])
    if iops := inputs.get("iops"):
        yield "rds.gp3.iops", copies * (float(iops) - _GIVEN_IOPS)
    if throughput := inputs.get("storageThroughput"):
        yield "rds.gp3.throughput", copies * (float(throughput) - _GIVEN_MEBIBYTES_PER_SECOND)


def _proxy(inputs: Mapping[str, Any]) -> Items:
    del inputs
    yield "rds.proxy.vcpu", _PROXY_LEAST_VCPUS


def _cache(inputs: Mapping[str, Any]) -> Items:
    shards = float(inputs.get("numNodeGroups") or 1)
    nodes = inputs.get("numCacheClusters") or shards * (1 + float(inputs.get("replicasPerNodeGroup") or 0))
    yield inputs["nodeType"], float(nodes)


def _stream(inputs: Mapping[str, Any]) -> Items:
    brokers, group = float(inputs["numberOfBrokerNodes"]), inputs["brokerNodeGroupInfo"]
    yield group["instanceType"], brokers
    yield "kafka.storage", brokers * float(group["storageInfo"]["ebsStorageInfo"]["volumeSize"])


def _nat(inputs: Mapping[str, Any]) -> Items:
    del inputs
    yield "nat.hour", 1
    yield "nat.gigabyte", _assumed("gigabytes through each NAT gateway")


def _endpoint(inputs: Mapping[str, Any]) -> Items:
    if inputs.get("vpcEndpointType") == "Interface":
        zones = len(inputs.get("subnetIds") or ())
        yield "endpoint.hour", zones
        yield "endpoint.gigabyte", zones * _assumed("gigabytes through each endpoint and zone")


def _balancer(inputs: Mapping[str, Any]) -> Items:
    yield "alb.hour", 1
    yield "alb.unit", _assumed("capacity units of each load balancer")
    if not inputs.get("internal"):
        yield "ipv4.hour", len(inputs.get("subnets") or ())


def _firewall(inputs: Mapping[str, Any]) -> Items:
    yield "waf.acl", 1
    yield "waf.rule", len(inputs.get("rules") or ())
    yield "waf.requests", _assumed("million requests of each web ACL")


def _secret(inputs: Mapping[str, Any]) -> Items:
    del inputs
    yield "secrets.secret", 1
    yield "secrets.calls", _assumed("thousand calls of each secret")


def _one(key: str, assumed: str = "") -> Callable[[Mapping[str, Any]], Items]:
    return lambda _: iter([(key, _assumed(assumed) if assumed else 1)])


_BY_GRAPH: dict[str, Callable[[Node, Graph], Items]] = {
    **dict.fromkeys(_WORKLOADS, _pods),
    _NODE_GROUP: _nodes,
    "aws:rds/instance:Instance": _database,
}
QUANTITIES: dict[str, Callable[[Mapping[str, Any]], Items]] = {
    "aws:amp/scraper:Scraper": _one("amp.scraper.hour"),
    "aws:cloudwatch/dashboard:Dashboard": _one("cloudwatch.dashboard"),
    "aws:cloudwatch/logGroup:LogGroup": _one("logs.gigabyte", "gigabytes logged to each group"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _one("cloudwatch.alarm"),
    "aws:ec2/eip:Eip": _one("ipv4.hour"),
    "aws:ec2/natGateway:NatGateway": _nat,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ecr/repository:Repository": _one("ecr.gigabyte", "gigabytes in each registry"),
    "aws:eks/cluster:Cluster": _one("eks.hour"),
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:kms/key:Key": _one("kms.key"),
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:msk/cluster:Cluster": _stream,
    "aws:rds/proxy:Proxy": _proxy,
    "aws:route53/zone:Zone": _one("route53.zone"),
    "aws:s3/bucket:Bucket": _one("s3.gigabyte", "gigabytes in each bucket"),
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:wafv2/webAcl:WebAcl": _firewall,
}
_UNPRICED = {
    "aws:amp/workspace:Workspace": "by the samples that are sent",
    "aws:athena/workgroup:Workgroup": "by what queries read",
    "aws:cfg/recorder:Recorder": "by the changes that are recorded",
    "aws:cloudtrail/trail:Trail": "by the objects that are read and written",
    "aws:cognito/userPool:UserPool": "by the people who sign in",
    "aws:guardduty/detector:Detector": "by the events that are looked at",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "by the rows that are sent",
    "aws:securityhub/account:Account": "by the checks that are made",
    "aws:sesv2/emailIdentity:EmailIdentity": "by the letters that are sent",
    "aws:sns/topic:Topic": "by the messages that are sent",
}
