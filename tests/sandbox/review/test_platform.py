"""Who may talk to whom, as arrows: where two sides have to agree, both do."""

from collections.abc import Mapping

import pytest

from sandbox.review import mermaid
from sandbox.review.changes import Kind, changes
from sandbox.review.graph import Graph, Node
from sandbox.review.platform import Arrow, Platform, platform

DATA_RANGE = "10.0.1.0/24"


def _node(type_: str, name: str, inputs: Mapping[str, object], *subnets: Node) -> Node:
    near = {"subnetIds": tuple(each.urn for each in subnets)}
    return Node(urn=f"urn:{type_}::{name}", type=type_, name=name, custom=True, inputs=inputs,
                property_dependencies=near)  # fmt: skip


def _subnet(tier: str, addresses: str) -> Node:
    return _node("aws:ec2/subnet:Subnet", tier, {"tags": {"Tier": tier}, "cidrBlock": addresses})


def _egress(namespace: str, addresses: str, port: int) -> Node:
    spec = {"egress": [{"to": [{"ipBlock": {"cidr": addresses}}], "ports": [{"protocol": "TCP", "port": port}]}]}
    return _node("kubernetes:networking.k8s.io/v1:NetworkPolicy", f"{namespace}-{port}",
                 {"metadata": {"namespace": namespace}, "spec": spec})  # fmt: skip


def _pods(namespace: str) -> Node:
    return _node("kubernetes:apps/v1:Deployment", namespace, {"metadata": {"namespace": namespace}})


def _ingress(port: int) -> Node:
    rule = {"securityGroupId": "⟨SecurityGroup guard.id⟩", "ipProtocol": "tcp", "fromPort": port, "toPort": port,
            "referencedSecurityGroupId": "⟨Cluster cluster.vpcConfig.clusterSecurityGroupId⟩"}  # fmt: skip
    return _node("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", f"from-cluster-{port}", rule)


PUBLIC, DATA = _subnet("public", "10.0.0.0/24"), _subnet("data", DATA_RANGE)
GROUPS = {"vpcSecurityGroupIds": ["⟨SecurityGroup guard.id⟩"]}
STANDING = (
    PUBLIC, DATA, _node("aws:eks/cluster:Cluster", "cluster", {}), _pods("orders"), _pods("other"),
    _node("aws:rds/instance:Instance", "database", GROUPS, DATA),
)  # fmt: skip


def _graph(*nodes: Node) -> Graph:
    return Graph(nodes={node.urn: node for node in (*STANDING, *nodes)})


def _drawn(base: Graph, head: Graph) -> Platform:
    return platform(base, head, changes(base, head))


def _arrows(*nodes: Node) -> list[tuple[str, str, str]]:
    found = _graph(*nodes)
    return [(each.source, each.target, each.ports) for each in _drawn(found, found).arrows]


def test_one_arrow_stands_for_a_security_group_and_a_network_policy_that_agree():
    assert _arrows(_ingress(5432), _egress("orders", DATA_RANGE, 5432)) == [
        ("namespace orders", "Instance database", "5432")
    ]


def test_what_only_one_of_them_lets_through_keeps_an_arrow_of_its_own():
    assert _arrows(_ingress(5432), _ingress(22), _egress("orders", DATA_RANGE, 5432),
                   _egress("other", DATA_RANGE, 80)) == [
        ("cluster", "Instance database", "22"),
        ("namespace orders", "Instance database", "5432"),
        ("namespace other", "tier data", "80"),
    ]  # fmt: skip


def test_what_leaves_the_cluster_takes_the_gateways_where_there_are_any():
    egress = _egress("orders", "0.0.0.0/0", 443)
    nat = "aws:ec2/natGateway:NatGateway"
    assert _arrows(egress) == [("namespace orders", "internet", "443")]
    assert _arrows(egress, _node(nat, "nat", {}, PUBLIC)) == [
        (nat, "internet", "443"), ("namespace orders", nat, "443"),
    ]  # fmt: skip


@pytest.mark.parametrize("before", [[_ingress(5432)], [_egress("orders", DATA_RANGE, 5432)]])
def test_a_way_is_new_when_either_side_is(before: list[Node]):
    both = _graph(_ingress(5432), _egress("orders", DATA_RANGE, 5432))
    expected = Arrow(source="namespace orders", target="Instance database", ports="5432", change=Kind.CREATE)
    assert expected in _drawn(_graph(*before), both).arrows


def test_mermaid_draws_what_leaves_to_an_internet_of_its_own():
    text = "\n".join(mermaid.drawn(_drawn(_graph(), _graph(_egress("orders", "0.0.0.0/0", 443)))))
    assert 'n_namespace_orders -->|"443"| n_outside' in text
    assert "--> n_internet" not in text
