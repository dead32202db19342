"""What is said to be safer or less safe, beyond the reviewed comments."""

import pytest

from sandbox.review.graph import Graph, Node
from sandbox.review.posture import Posture, posture

NAMESPACE = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}


def _graph(**nodes: tuple[str, dict]) -> Graph:
    return Graph(nodes={name: Node(urn=name, type=type_, name=name, custom=True, inputs=inputs)
                        for name, (type_, inputs) in nodes.items()})  # fmt: skip


def _policy(ports: list[int], name: str = "kubernetes:networking.k8s.io/v1:NetworkPolicy"):
    rule = {"from": [NAMESPACE], "ports": [{"port": port} for port in ports]}
    return (name, {"metadata": {"namespace": "data"}, "spec": {"podSelector": {}, "ingress": [rule]}})


def _weaker(found: list[Posture]) -> list[tuple[str, str]]:
    return [(each.what, each.where) for each in found if each.weaker]


def test_a_renamed_rule_opens_nothing():
    rule = ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            {"securityGroupId": "⟨SecurityGroup a.id⟩", "cidrIpv4": "10.0.0.0/8", "ipProtocol": "-1"})  # fmt: skip
    assert _weaker(posture(_graph(old=rule), _graph(new=rule))) == []


def test_a_network_policy_that_lets_more_through_is_a_way_opened():
    found = posture(_graph(a=_policy([80])), _graph(a=_policy([80, 81])))
    assert _weaker(found) == [("a way is opened", "namespace shop → namespace data, tcp 80, tcp 81")]


def test_a_network_policy_that_is_gone_is_a_guard_that_is_gone():
    found = posture(_graph(a=_policy([80])), _graph(b=("aws:ec2/vpc:Vpc", {})))
    assert ("a guard is gone: a network policy", "NetworkPolicy a") in _weaker(found)


def test_an_inline_rule_is_seen_too():
    group = {"ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}]}
    found = posture(
        _graph(a=("aws:ec2/securityGroup:SecurityGroup", {})), _graph(a=("aws:ec2/securityGroup:SecurityGroup", group))
    )
    assert _weaker(found) == [("OPEN TO THE WORLD: a way is opened", "0.0.0.0/0 → SecurityGroup a, tcp 22")]


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ({"storageEncrypted": True}, {"storageEncrypted": False}, True),
        ({"storageEncrypted": True}, {}, True),
        ({"storageEncrypted": False}, {"storageEncrypted": True}, False),
        ({"backupRetentionPeriod": 14}, {"backupRetentionPeriod": 1}, True),
        ({"backupRetentionPeriod": 1}, {"backupRetentionPeriod": 14}, False),
        ({"vpcConfig": {"publicAccessCidrs": ["a"]}}, {"vpcConfig": {"publicAccessCidrs": ["a", "b"]}}, True),
        ({"publiclyAccessible": False}, {"publiclyAccessible": True}, True),
    ],
)
def test_a_setting_for_the_worse_is_told_and_so_is_one_for_the_better(before: dict, after: dict, weaker: bool):
    found = posture(_graph(a=("aws:rds/instance:Instance", before)), _graph(a=("aws:rds/instance:Instance", after)))
    assert [each.weaker for each in found] == [weaker]


def test_a_new_resource_is_told_only_where_it_is_unsafe():
    unsafe = ("aws:rds/instance:Instance", {"storageEncrypted": False, "deletionProtection": True})
    assert [each.what for each in posture(Graph(), _graph(a=unsafe))] == ["encryption is off"]
