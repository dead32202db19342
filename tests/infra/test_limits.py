"""The tables of what AWS takes are what their sources say, and every stack keeps to them."""

import json
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from infra import versions
from infra.config import ConfigurationError
from infra.shared.limits import RANDOM_ENDING, Limits, arguments
from infra.shared.offers import offers
from sandbox.providers.aws.inputs import named
from sandbox.providers.aws.row import Autoname
from sandbox.providers.aws.schema import input_types
from sandbox.providers.provider import Resource
from tests.infra import limits
from tests.infra import offers as offered
from tests.infra import program as programs
from tests.infra.program import MANAGED, WHOLE_STACKS, Run, run_program
from tests.infra.recorder import Graph, record

BY_HAND = json.loads(limits.BY_HAND.read_text())


@pytest.fixture(scope="module")
def found(program: Callable[[Run], Graph]) -> dict[str, Any]:
    return limits.table(program(run) for run in (*WHOLE_STACKS, MANAGED))


def test_the_table_is_up_to_date(found: dict[str, Any]) -> None:
    assert limits.TABLE.read_text() == limits.table_text(found), f"run `{limits.COMMAND}`"


def test_the_page_is_up_to_date(found: dict[str, Any]) -> None:
    assert limits.PAGE.read_text() == limits.page(found), f"run `{limits.COMMAND}`"


def test_the_offers_are_up_to_date() -> None:
    assert offered.TABLE.read_text() == offered.table_text(), f"run `{offered.COMMAND}`"
    assert offered.MACHINES.read_text() == offered.machines_text(), f"run `{offered.COMMAND}`"


def test_every_argument_of_the_table_is_one_of_the_constructors() -> None:
    for type_, rows in arguments().items():
        known = {limits.constructor_path([name]) for name in input_types(type_)}
        assert {path.partition(".")[0] for path in rows} <= known, type_


def test_every_row_by_hand_has_a_source_and_says_what_the_others_do_not(found: dict[str, Any]) -> None:
    for type_, rows in BY_HAND.items():
        for path, row in rows.items():
            assert re.match(r"https://docs\.aws\.amazon\.com/\S+$", row["source"]), (type_, path)
            wire = re.sub(r"_([a-z0-9])", lambda part: part[1].upper(), path)
            published = limits.limit_of(type_, tuple(wire.split(".")))
            assert {**published, **row} != published, (type_, path)
            assert found[type_][path]["source"] == row["source"]


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "retention_in_days"),
        ("aws:ec2/securityGroup:SecurityGroup", "description"),
        ("aws:eks/cluster:Cluster", "name"),
        ("aws:iam/role:Role", "path"),
        ("aws:kms/key:Key", "deletion_window_in_days"),
        ("aws:lb/targetGroup:TargetGroup", "health_check.interval"),
        ("aws:msk/cluster:Cluster", "cluster_name"),
        ("aws:msk/cluster:Cluster", "broker_node_group_info.storage_info.ebs_storage_info.volume_size"),
        ("aws:wafv2/webAcl:WebAcl", "rules.name"),
    ],
)
def test_the_published_sources_limit_what_they_are_known_to(type_: str, path: str) -> None:
    assert path in arguments()[type_]


def test_a_stack_that_aws_would_refuse_is_refused_whole_and_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = programs.stack_values("prod")
    changed = {
        "stream": {**values["stream"], "instance_type": "kafka.m5.3xlarge"},
        "domain": {**values["domain"], "api_name": f"{'api-' * 12}a.fortress.example.com"},
    }
    monkeypatch.setattr(programs, "stack_values", lambda _: values | changed)
    graph = Graph()
    with pytest.raises(ConfigurationError) as raised:
        run_program(Run(stack="prod"), graph)
    assert {each.type for each in graph} <= {"pulumi:pulumi:Stack"}
    assert [problem.partition("; allowed")[0] for problem in raised.value.problems] == [
        "aws:msk/cluster:Cluster stream: broker_node_group_info.instance_type given 'kafka.m5.3xlarge'",
        f"aws:acm/certificate:Certificate domain: domain_name given '{changed['domain']['api_name']}'",
    ]


@pytest.mark.parametrize(
    ("name", "longest"), [("r" * 56, None), ("r" * 57, f"given '{'r' * 57}-0000000'; allowed are 1 to 64 characters")]
)
def test_a_name_that_pulumi_makes_is_held_to_the_limit_with_the_ending_that_it_gets(
    name: str, longest: str | None
) -> None:
    held = Limits()

    def make() -> None:
        pulumi.runtime.register_stack_transformation(held.apply)
        aws.iam.Role(name, assume_role_policy="{}")
        aws.iam.Role("given", name="given", assume_role_policy="{}")

    record(make)
    told = f"aws:iam/role:Role {name}: name, which Pulumi makes of the name, {longest}, not 65"
    assert held.problems == ([told] if longest else [])


def test_the_ending_is_as_long_as_the_one_that_the_built_in_engine_makes() -> None:
    made = named(Autoname(), Resource(urn="urn:x::a", type="aws:iam/role:Role", name="a"), {}, {}, b"seed")
    assert len(made["name"]) == len(f"a{RANDOM_ENDING}")


def test_the_pinned_engines_are_on_offer() -> None:
    assert versions.POSTGRESQL in offers().database_versions
    assert versions.VALKEY in offers().cache_versions
    assert versions.KAFKA.endswith(".kraft")


def test_every_region_that_a_stack_may_stand_in_offers_something() -> None:
    for regions in (offers().database_classes, offers().cache_classes):
        assert all(regions.values())
        assert set(offers().database_classes) == set(regions)
