"""Expressions: their values, and what of a document they read."""

import pytest
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.expression import Text, arn, evaluate, paths


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("name", {"name"}),
        ("healthCheck.matcher", {"healthCheck.matcher"}),
        ("vpcs[0].{VPCId: vpcId, VPCRegion: vpcRegion || region}", {"vpcs.vpcId", "vpcs.vpcRegion", "vpcs.region"}),
        ("records[].{Value: @}", {"records"}),
        ("internal && 'internal' || 'internet-facing'", {"internal"}),
        ("targets[?weight > `1`].arn", {"targets.arn"}),
        ("join(',', actions[].[arn, forward.groups[].arn][][])", {"actions.arn", "actions.forward.groups.arn"}),
        ("'constant'", set()),
        (Text("{partition}:{name}"), {"partition", "name"}),
    ],
)
def test_what_an_expression_reads(expression: str, read: set[str]) -> None:
    assert paths(expression) == read


def test_what_is_missing_gives_nothing() -> None:
    assert evaluate("a.b", {}) is None
    assert evaluate(Text("x-{a}"), {}) is None


def test_what_hangs_on_an_unknown_is_unknown() -> None:
    assert evaluate("a.b", {"a": UNKNOWN}) == UNKNOWN
    assert evaluate("join('-', [a, b])", {"a": "x", "b": UNKNOWN}) != "x"
    assert evaluate("keys(a)", {"a": UNKNOWN}) == UNKNOWN
    assert evaluate(Text("x-{a}"), {"a": UNKNOWN}) == UNKNOWN


def test_an_arn_is_filled_in() -> None:
    document = {"partition": "aws", "region": "eu-central-1", "account": "1", "id": "vpc-2"}
    assert evaluate(arn("ec2", "vpc/{id}"), document) == "arn:aws:ec2:eu-central-1:1:vpc/vpc-2"


def test_the_functions_that_jmespath_lacks() -> None:
    assert evaluate("last(id, '/')", {"id": "/hostedzone/Z1"}) == "Z1"
    assert evaluate("ended(name, '.')", {"name": "a.b"}) == evaluate("ended(name, '.')", {"name": "a.b."}) == "a.b."
    assert evaluate("without(name, '.')", {"name": "a.b."}) == "a.b"
    assert evaluate("each('x/', names)", {"names": ["a", "b"]}) == ["x/a", "x/b"]
    assert evaluate("having(all, {a: `2`})", {"all": [{"a": 1}, {"a": 2, "b": 3}]}) == {"a": 2, "b": 3}
    assert evaluate("pairs(tags, 'Key', 'Value')", {"tags": {"a": "b"}}) == [{"Key": "a", "Value": "b"}]
