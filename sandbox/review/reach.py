"""Who may talk to whom: what security groups and network policies let through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.review.blank import REFERENCE
from sandbox.review.graph import Graph, Node
from sandbox.review.properties import shown

WORLD = frozenset({"0.0.0.0/0", "::/0"})
_NAMESPACE = "kubernetes.io/metadata.name"
_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_RULES = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "egress",
}
_PEERS = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId", "sourceSecurityGroupId", "cidrBlocks",
          "ipv6CidrBlocks", "securityGroups", "prefixListIds")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A way from `source` to `target`: labels of resources (`SecurityGroup cache`), namespaces or address ranges."""

    source: str
    target: str
    ports: str
    position: str

    @property
    def world(self) -> bool:
        """Whether anybody on the internet may take it."""
        return self.source in WORLD

    @property
    def words(self) -> str:
        return f"{self.source} → {self.target}, {self.ports}"


def flows(graph: Graph) -> list[Flow]:
    """Every way that is let through, in order."""
    found = [flow for node in graph.nodes.values() for flow in _of(node)]
    return sorted(set(found), key=lambda flow: (flow.words, flow.position))


def owner(value: Any) -> str:
    """The resource that a text refers to (`Cluster cluster`), else the text itself."""
    match = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match[1].partition(".")[0] if match else shown(value)


def _of(node: Node) -> Iterator[Flow]:
    inputs = node.inputs
    if node.type in _RULES:
        yield from _rule(node, owner(inputs.get("securityGroupId")), _RULES[node.type], inputs)
    elif node.type == "aws:ec2/securityGroupRule:SecurityGroupRule":
        yield from _rule(node, owner(inputs.get("securityGroupId")), str(inputs.get("type")), inputs)
    elif node.type in ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        for direction in ("ingress", "egress"):
            for rule in inputs.get(direction) or ():
                yield from _rule(node, node.label, direction, rule)
    elif node.type == _POLICY:
        yield from _policy(node)


def _rule(node: Node, group: str, direction: str, rule: Mapping[str, Any]) -> Iterator[Flow]:
    values = [rule[name] for name in _PEERS if rule.get(name)]
    peers = [owner(peer) for value in values for peer in (value if isinstance(value, list) else [value])]
    peers += [group] if rule.get("self") else []
    ports = _ports(str(rule.get("ipProtocol", rule.get("protocol"))), rule.get("fromPort"), rule.get("toPort"))
    for peer in peers:
        source, target = (peer, group) if direction == "ingress" else (group, peer)
        yield Flow(source=source, target=target, ports=ports, position=node.position)


def _ports(protocol: str, first: Any, last: Any) -> str:
    if protocol in ("-1", "all"):
        return "every port"
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


def _policy(node: Node) -> Iterator[Flow]:
    spec, metadata = node.inputs.get("spec") or {}, node.inputs.get("metadata") or {}
    if not isinstance(spec, Mapping) or not isinstance(metadata, Mapping):
        return
    namespace = owner(metadata.get("namespace"))
    own = _pods(namespace, spec.get("podSelector") or {})
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction) or ():
            ports = ", ".join(f"{str(each.get('protocol', 'TCP')).lower()} {each.get('port')}" for each in
                              rule.get("ports") or ()) or "every port"  # fmt: skip
            for peer in rule.get(side) or [{"ipBlock": {"cidr": "0.0.0.0/0"}}]:
                other = _peer(namespace, peer)
                source, target = (other, own) if direction == "ingress" else (own, other)
                yield Flow(source=source, target=target, ports=ports, position=node.position)


def _peer(namespace: str, peer: Mapping[str, Any]) -> str:
    if "ipBlock" in peer:
        return owner(peer["ipBlock"].get("cidr"))
    selector = peer.get("namespaceSelector")
    if selector is not None:
        namespace = owner((selector.get("matchLabels") or {}).get(_NAMESPACE, "every namespace"))
    return _pods(namespace, peer.get("podSelector") or {})


def _pods(namespace: str, selector: Mapping[str, Any]) -> str:
    labels = selector.get("matchLabels") or {}
    names = [str(value) for key, value in labels.items() if key.endswith(("/name", "app"))] or [
        *map(str, labels.values())
    ]
    return f"namespace {namespace}{'/' + '+'.join(names) if names else ''}"
