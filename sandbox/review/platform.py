"""The platform as boxes and arrows, made from the graph: networks, what stands in them, who may talk to whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.review.blank import REFERENCE
from sandbox.review.changes import Change, Kind
from sandbox.review.graph import Graph, Node
from sandbox.review.reach import WORLD, Flow, flows

INTERNET = "internet"
NETWORK = "network"
TIERS = ("public", "private", "data", NETWORK)
_SUBNET = "aws:ec2/subnet:Subnet"
_PLACED = {
    "aws:lb/loadBalancer:LoadBalancer": "load balancer",
    "aws:ec2/natGateway:NatGateway": "NAT",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "endpoints",
    "aws:ec2/instance:Instance": "machine",
    "aws:rds/instance:Instance": "PostgreSQL",
    "aws:rds/cluster:Cluster": "database",
    "aws:rds/proxy:Proxy": "database proxy",
    "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
    "aws:msk/cluster:Cluster": "Kafka",
    "aws:opensearch/domain:Domain": "search",
}
_NAT = "aws:ec2/natGateway:NatGateway"
_MERGED = {_NAT: "NAT gateways", "aws:ec2/vpcEndpoint:VpcEndpoint": "endpoints"}
_CLUSTER = "aws:eks/cluster:Cluster"
_WORKLOADS = ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:batch/v1:Job",
              "kubernetes:argoproj.io/v1alpha1:Rollout", "kubernetes:helm.sh/v3:Release")  # fmt: skip
_PLUMBING = ("udp 53", "169.254.")
_GROUPS = ("securityGroups", "securityGroupIds", "vpcSecurityGroupIds")
Ways = dict[tuple[str, str], dict[str, bool]]
"""Ports by the ends of an arrow, each with whether it is new."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A resource (or a few of a kind) in a tier or, for a workload, in a namespace of the cluster."""

    key: str
    title: str
    kind: str
    place: str
    change: Kind | None = None


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """From box, tier or namespace to another, by their keys."""

    source: str
    target: str
    ports: str
    change: Kind | None = None


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What both pictures draw. `network` and `cluster` are titles, empty where there is none."""

    network: str
    cluster: str
    cluster_change: Kind | None
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def tiers(self) -> list[str]:
        """The tiers with something in them or an arrow to them, outermost first."""
        ends = {end for arrow in self.arrows for end in (arrow.source, arrow.target)}
        used = {box.place for box in self.boxes} | {end.removeprefix("tier ") for end in ends}
        return [tier for tier in TIERS if tier in used]

    def places(self, prefix: str = "") -> list[str]:
        """Where boxes or ends of arrows are, in reading order."""
        ends = {end for arrow in self.arrows for end in (arrow.source, arrow.target)}
        found = {box.place for box in self.boxes} | {end for end in ends if end.startswith("namespace ")}
        return sorted(place for place in found if place.startswith(prefix))


def platform(base: Graph, head: Graph, changes: list[Change]) -> Platform:
    """The head's platform with what the base had beside it, changes marked."""
    kinds = {change.urn: change.kind for change in changes}
    gone = {urn: node for urn, node in base.nodes.items() if kinds.get(urn) is Kind.DELETE}
    both = Graph(nodes={**gone, **head.nodes})
    tiers = _tiers(both)
    boxes = {box.key: box for box in sorted(_boxes(both, tiers, kinds), key=lambda box: (box.place, box.title))}
    known = {flow.words for flow in flows(base)} if base.nodes else {flow.words for flow in flows(head)}
    arrows = _arrows(flows(both), both, boxes, tiers, known)
    network = next((f"{node.name} {node.inputs.get('cidrBlock', '')}" for node in both.of("aws:ec2/vpc:Vpc")), "")
    cluster = next(iter(both.of(_CLUSTER)), None)
    return Platform(
        network=network, cluster=f"{cluster.name} (EKS)" if cluster else "",
        cluster_change=kinds.get(cluster.urn) if cluster else None, boxes=tuple(boxes.values()), arrows=arrows,
    )  # fmt: skip


def _boxes(graph: Graph, tiers: Mapping[str, str], kinds: Mapping[str, Kind]) -> Iterator[Box]:
    for type_, words in _PLACED.items():
        nodes = [(node, place) for node in graph.of(type_) if (place := _place(node, graph, tiers))]
        if type_ in _MERGED and nodes:
            marked = [kinds[node.urn] for node, _ in nodes if node.urn in kinds]
            title = f"{len(nodes)} {_MERGED[type_]}"
            yield Box(key=type_, title=title, kind=words, place=nodes[0][1], change=min(marked, default=None))
            continue
        for node, place in nodes:
            yield Box(key=node.label, title=node.name, kind=words, place=place, change=kinds.get(node.urn))
    for node in graph.of(*_WORKLOADS):
        if namespace := _namespace(node):
            kind = node.type.rpartition(":")[2]
            yield Box(key=node.label, title=node.name, kind=kind, place=f"namespace {namespace}",
                      change=kinds.get(node.urn))  # fmt: skip


def _namespace(node: Node) -> str:
    metadata = node.inputs.get("metadata")
    value = metadata.get("namespace") if isinstance(metadata, Mapping) else node.inputs.get("namespace")
    return value if isinstance(value, str) and not REFERENCE.search(value) else ""


def _tiers(graph: Graph) -> dict[str, str]:
    """The tier of each subnet, by its label and by its address range."""
    found: dict[str, str] = {}
    for node in graph.of(_SUBNET):
        tags = node.inputs.get("tags")
        tier = str(tags.get("Tier", NETWORK)) if isinstance(tags, Mapping) else NETWORK
        found |= {node.label: tier, str(node.inputs.get("cidrBlock")): tier}
    return found


def _place(node: Node, graph: Graph, tiers: Mapping[str, str]) -> str:
    """The tier of the subnets that a resource refers to, directly or through its subnet group."""
    urns, seen = {urn for found in node.property_dependencies.values() for urn in found}, set()
    for _ in range(2):
        near = [graph.nodes[urn] for urn in sorted(urns - seen) if urn in graph.nodes]
        places = [tiers[each.label] for each in near if each.type == _SUBNET]
        if places:
            return places[0]
        seen |= urns
        urns = {urn for each in near if "subnetGroup" in each.type for urn in each.dependencies}
    return ""


def _arrows(
    found: list[Flow], graph: Graph, boxes: Mapping[str, Box], tiers: Mapping[str, str], known: set[str]
) -> tuple[Arrow, ...]:
    users = _users(graph, boxes)
    ways: Ways = {}
    for flow in found:
        if any(part in flow.words for part in _PLUMBING):
            continue
        for source in _ends(flow.source, users, tiers):
            for target in _ends(flow.target, users, tiers):
                if source != target:
                    _open(ways, source, target, flow.ports.split(", "), is_new=flow.words not in known)
    _through_nat(ways, boxes)
    _through_cluster(ways, boxes)
    return tuple(
        Arrow(source=source, target=target, ports=_joined(ports), change=Kind.CREATE if any(ports.values()) else None)
        for (source, target), ports in sorted(ways.items())
        if ports
    )


def _open(ways: Ways, source: str, target: str, ports: Iterable[str], *, is_new: bool) -> None:
    known = ways.setdefault((source, target), {})
    for port in ports:
        known[port] = is_new or known.get(port, False)


def _through_nat(ways: Ways, boxes: Mapping[str, Box]) -> None:
    """What leaves the cluster for the internet takes the NAT gateways, where there are any."""
    leaving = [source for source, target in ways if target == INTERNET and source.startswith(("namespace ", "cluster"))]
    for source in leaving if _NAT in boxes else ():
        for port, is_new in ways.pop((source, INTERNET)).items():
            _open(ways, source, _NAT, [port], is_new=is_new)
            _open(ways, _NAT, INTERNET, [port], is_new=is_new)


def _through_cluster(ways: Ways, boxes: Mapping[str, Box]) -> None:
    """Between a box and a namespace both have to agree: its security group, and the namespace's network policy.

    Where they do, one arrow stands for both; what only one of them lets through keeps its own.
    """
    agreed: list[tuple[tuple[str, str], tuple[str, str], tuple[str, str], str]] = []
    for ends in ways:
        for inner in (0, 1):
            box = boxes.get(ends[1 - inner])
            if ends[inner] != "cluster" or box is None:
                continue
            for policy in ways:
                if policy[inner].startswith("namespace ") and policy[1 - inner] == f"tier {box.place}":
                    joined = (policy[0], ends[1]) if inner == 0 else (ends[0], policy[1])
                    agreed += [(joined, ends, policy, port) for port in ways[ends].keys() & ways[policy].keys()]
    for joined, ends, policy, port in agreed:
        _open(ways, *joined, [port], is_new=ways[ends][port] or ways[policy][port])
    for _, ends, policy, port in agreed:
        ways[ends].pop(port, None)
        ways[policy].pop(port, None)


def _joined(ports: Iterable[str]) -> str:
    return ", ".join(sorted((port.removeprefix("tcp ") for port in ports), key=lambda text: (len(text), text)))


def _users(graph: Graph, boxes: Mapping[str, Box]) -> dict[str, list[str]]:
    """The boxes that each security group stands before; the cluster stands for its own group."""
    found: dict[str, list[str]] = {}
    for node in graph.of(*_PLACED):
        key = node.type if node.type in boxes else node.label
        for text in _group_texts(node.inputs):
            for name in REFERENCE.findall(text) if key in boxes else ():
                keys = found.setdefault(name.partition(".")[0], [])
                keys += [] if key in keys else [key]
    return found


def _group_texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in _GROUPS and isinstance(each, list):
                yield from (text for text in each if isinstance(text, str))
            else:
                yield from _group_texts(each)


def _ends(name: str, users: Mapping[str, list[str]], tiers: Mapping[str, str]) -> list[str]:
    """What an end of a flow is in the picture: boxes, the cluster, a tier, a namespace or the internet."""
    if name in WORLD:
        return [INTERNET]
    if name.startswith("namespace "):
        return [name.partition("/")[0]]
    if name.startswith("Cluster "):
        return ["cluster"]
    if name in tiers:
        return [f"tier {tiers[name]}"]
    return users.get(name, [])
