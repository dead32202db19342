"""What AWS refuses is refused with the resource, the argument, the value given and what is allowed."""

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.shared.limits import Limit, LimitError, Limits, arguments
from tests.infra.recorder import record

ROWS = [(type_, path, limit) for type_, rows in arguments().items() for path, limit in rows.items()]
NEVER_ALLOWED = (":*", "\x00", "", " ", "<script>", "no such value", "a" * 2000)
UNHEARD_OF = 1_000_000
"""Some of botocore's lengths are 2 gigabytes, which no test has to hold."""
INSTANCE = "aws:rds/instance:Instance"


class Thing(pulumi.CustomResource):
    def __init__(self, type_: str, name: str, properties: dict[str, Any]) -> None:
        super().__init__(type_, name, properties)


def problems_of(type_: str, properties: dict[str, Any], **tags: str) -> list[str]:
    limits = Limits(default_tags=tags)
    resource: Any = None
    limits.apply(
        pulumi.ResourceTransformationArgs(
            resource=resource, type_=type_, name="thing", props=properties, opts=pulumi.ResourceOptions()
        )
    )
    return limits.problems


def nested(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def violations(limit: Limit) -> Iterator[Any]:
    if limit.one_of:
        yield "no-such-value"
    if limit.longest is not None and limit.longest < UNHEARD_OF:
        yield "a" * (limit.longest + 1)
    if limit.longest_unspaced is not None:
        yield "a" * (limit.longest_unspaced + 1)
    if limit.shortest:
        yield ""
    if limit.least is not None:
        yield limit.least - 1
    if limit.most is not None:
        yield limit.most + 1
    if limit.pattern:
        yield next(text for text in NEVER_ALLOWED if list(Limit(pattern=limit.pattern).objections(text)))
    if limit.fewest_items:
        yield []
    if limit.most_items is not None:
        yield ["x"] * (limit.most_items + 1)


@pytest.mark.parametrize(("type_", "path", "limit"), ROWS, ids=[f"{type_} {path}" for type_, path, _ in ROWS])
def test_each_violation_of_each_limit_is_refused_with_name_value_and_what_is_allowed(
    type_: str, path: str, limit: Limit
) -> None:
    tried = list(violations(limit))
    assert tried
    for value in tried:
        found = problems_of(type_, nested(path, value))
        assert found, value
        for problem in found:
            assert problem.startswith(f"{type_} thing: {path} given ")
            assert "; allowed " in problem


@given(st.integers(min_value=-10, max_value=60))
def test_a_number_is_refused_exactly_outside_its_range(days: int) -> None:
    assert bool(problems_of(INSTANCE, {"backup_retention_period": days})) is not (0 <= days <= 35)


@given(st.text(alphabet="abz09-_ .", max_size=70))
def test_a_database_is_named_as_rds_takes_it_or_not_at_all(name: str) -> None:
    letters_first = name[:1].isalpha() and name[-1:].isalnum()
    allowed = 0 < len(name) <= 63 and letters_first and "--" not in name and not set(name) & set("_ .")
    assert bool(problems_of(INSTANCE, {"identifier": name})) is not allowed


@pytest.mark.parametrize(
    ("type_", "properties", "problem"),
    [
        (INSTANCE, {"allocated_storage": 19}, "allocated_storage given 19; allowed are 20 to 65536"),
        (INSTANCE, {"storage_type": 7, "port": 80}, "port given 80; allowed are 1150 to 65535"),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"retention_in_days": 31},
            "retention_in_days given 31; allowed are 1, 3, 5, 7, 14, 30, 60",
        ),
        (
            "aws:msk/cluster:Cluster",
            {"broker_node_group_info": {"client_subnets": ["a"] * 4}},
            "broker_node_group_info.client_subnets given 4 of them; allowed are 2 to 3",
        ),
        (
            "aws:cognito/userPoolDomain:UserPoolDomain",
            {"domain": "my-aws-shop"},
            "domain given 'my-aws-shop'; allowed is what matches",
        ),
        (
            "aws:acm/certificate:Certificate",
            {"domain_name": f"{'a' * 60}.example.com"},
            "allowed are 1 to 64 characters, not 72",
        ),
        ("aws:lb/targetGroup:TargetGroup", {"port": 70_000}, "port given 70000; allowed are 1 to 65535"),
        (
            "aws:iam/policy:Policy",
            {"policy": "x " * 6145},
            "allowed are at most 6144 characters that are no white space, not 6145",
        ),
    ],
)
def test_what_moto_takes_and_aws_does_not_is_told(type_: str, properties: dict[str, Any], problem: str) -> None:
    assert problem in "\n".join(problems_of(type_, properties))


def test_what_is_not_known_yet_or_left_out_is_not_judged() -> None:
    assert problems_of(INSTANCE, {"allocated_storage": None, "tags": None}) == []
    assert problems_of("aws:unheard/of:Of", {"name": ""}) == []


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ({f"key-{number}": "x" for number in range(50)}, "tags given 51 of them; allowed are 0 to 50"),
        ({"aws:owner": "me"}, "tags given the key 'aws:owner'; allowed is what matches"),
        ({"k" * 129: "x"}, "does not begin with aws:"),
        ({"Name": "v" * 257}, "for Name; allowed is what matches"),
        ({"Name": "a;b"}, "tags given 'a;b' for Name; allowed is what matches"),
    ],
)
def test_tags_are_held_to_awss_rules_on_every_resource(tags: dict[str, str], problem: str) -> None:
    assert problem in "\n".join(problems_of("aws:ec2/vpc:Vpc", {"tags": tags}, Project="fortress"))


def test_a_tag_that_the_provider_gives_too_counts_once() -> None:
    tags = {f"key-{number}": "x" for number in range(49)}
    assert problems_of("aws:ec2/vpc:Vpc", {"tags": tags | {"Project": "other"}}, Project="fortress") == []


def test_a_document_that_is_put_together_later_is_judged_when_it_is_known() -> None:
    limits = Limits()

    def program() -> None:
        pulumi.runtime.register_stack_transformation(limits.apply)
        Thing("aws:iam/policy:Policy", "long", {"policy": pulumi.Output.concat("x" * 6144, "y")})

    with pytest.raises(LimitError, match=r"aws:iam/policy:Policy long: policy given .* at most 6144 .* not 6145"):
        record(program)
    assert limits.problems == []
