"""What is said to happen to resources, beyond the reviewed comments."""

from sandbox.review.changes import Kind, changes, repeated
from sandbox.review.graph import Graph, Node

VPC = "aws:ec2/vpc:Vpc"


def _graph(*nodes: Node) -> Graph:
    return Graph(nodes={node.urn: node for node in nodes})


def _node(name: str, type_: str = VPC, **given: object) -> Node:
    return Node(urn=f"urn:pulumi:dev::shop::{type_}::{name}", type=type_, name=name, custom=True, **given)  # pyright: ignore[reportArgumentType]


def test_the_order_of_a_set_is_no_change():
    base, head = (_graph(_node("a", inputs={"subnetIds": ids})) for ids in (["x", "y"], ["y", "x"]))
    assert changes(base, head) == []


def test_the_order_of_a_command_is_a_change():
    base, head = (
        _graph(_node("a", "kubernetes:batch/v1:Job", inputs={"args": args})) for args in (["x", "y"], ["y", "x"])
    )
    assert [each.kind for each in changes(base, head)] == [Kind.UPDATE]


def test_a_document_is_compared_by_what_it_says():
    base, head = (_graph(_node("a", inputs={"policy": text})) for text in ('{"a": 1, "b": 2}', '{"b": 2,"a": 1}'))
    assert changes(base, head) == []


def test_what_the_program_ignores_is_no_change():
    base, head = (_graph(_node("a", inputs={"tags": {"a": value}}, ignore_changes=("tags",))) for value in "xy")
    assert changes(base, head) == []


def test_a_tag_on_many_resources_is_told_once():
    base, head = (
        _graph(*(_node(f"a{number}", inputs={"tags": {"Owner": owner}}) for number in range(5))) for owner in "xy"
    )
    found = changes(base, head)
    assert len(found) == 5
    assert [(change.path, count) for change, count in repeated(found).items()] == [("tags.Owner", 5)]


def test_a_change_of_a_list_is_told_by_the_name_of_its_element():
    base, head = (
        _graph(_node("a", inputs={"env": [{"name": "A", "value": "1"}, {"name": "B", "value": value}]}))
        for value in "12"
    )
    assert [each.path for each in changes(base, head)[0].properties] == ["env[B].value"]


def test_a_region_of_the_provider_replaces_all_that_is_on_it():
    provider = "urn:pulumi:dev::shop::pulumi:providers:aws::aws"
    base, head = (
        _graph(_node("aws", "pulumi:providers:aws", inputs={"region": region}), _node("a", provider=provider))
        for region in ("us-east-1", "eu-central-1")
    )
    found = {change.name: change for change in changes(base, head)}
    assert found["a"].kind is Kind.REPLACE
    assert found["a"].because == "aws aws"


def test_a_resource_kept_on_delete_is_no_loss():
    base = _graph(_node("k", "aws:kms/key:Key", retain=True), _node("l", "aws:kms/key:Key"))
    found = {change.name: change for change in changes(base, _graph(_node("other")))}
    assert found["k"].loss == ""
    assert found["l"].loss.startswith("whatever is encrypted under it")


def test_what_the_program_says_itself_forces_a_replacement():
    base, head = (_graph(_node("a", inputs={"tags": value}, replace_on_changes=("tags",))) for value in "xy")
    assert changes(base, head)[0].kind is Kind.REPLACE
