import json
from pathlib import Path

import pulumi
import pytest

from infra.config import ConfigurationError
from infra.shared.protection import PROTECTED_TYPES, Protection
from tests.infra.program import CHECKOUT, Run, run_program
from tests.infra.recorder import Graph, record

STATEFUL: Path = CHECKOUT / "sandbox" / "review" / "data" / "stateful.json"


class Thing(pulumi.CustomResource):
    def __init__(self, type_: str, name: str, *, protect: bool | None = None) -> None:
        super().__init__(type_, name, {}, pulumi.ResourceOptions(protect=protect))


def registered(protection: Protection, *, protect: bool | None = None) -> Graph:
    def program() -> None:
        pulumi.runtime.register_stack_transformation(protection.apply)
        Thing("aws:rds/instance:Instance", "database", protect=protect)
        Thing("aws:ec2/vpc:Vpc", "network", protect=protect)

    return record(program)


@pytest.mark.parametrize("stateful", [True, False])
def test_what_keeps_state_is_protected_where_that_is_asked_for(stateful: bool) -> None:
    graph = registered(Protection(stateful=stateful, replaceable=()))
    assert graph.one("aws:rds/instance:Instance").protect is stateful
    assert graph.one("aws:ec2/vpc:Vpc").protect is False


def test_a_name_lifts_the_protection_even_of_what_its_component_protects() -> None:
    graph = registered(Protection(stateful=True, replaceable=("database",)), protect=True)
    assert graph.one("aws:rds/instance:Instance").protect is False
    assert graph.one("aws:ec2/vpc:Vpc").protect is True


def test_a_name_that_nothing_with_state_has_is_known_to_be_wrong() -> None:
    protection = Protection(stateful=True, replaceable=("database", "network"))
    registered(protection)
    assert protection.unknown == ["network"]
    assert protection.known == ["database"]


def test_a_stack_refuses_a_name_that_nothing_with_state_has(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.infra import program

    section = {"stateful": True, "replaceable": ["databse"]}
    values = program.stack_values("prod")
    monkeypatch.setattr(program, "stack_values", lambda _: values | {"protection": section})
    with pytest.raises(ConfigurationError, match=r"replaceable: given databse; allowed are .*database"):
        run_program(Run(stack="prod"))


def test_in_prod_everything_of_these_types_is_protected_and_in_local_nothing() -> None:
    for stack, protected in (("prod", {True}), ("local", {False})):
        found = [each for each in run_program(Run(stack=stack)) if each.type in PROTECTED_TYPES]
        assert len(found) > 10
        assert {each.protect for each in found} == protected


def test_a_protected_type_is_one_that_the_review_calls_stateful() -> None:
    assert set(json.loads(STATEFUL.read_text())) >= PROTECTED_TYPES
