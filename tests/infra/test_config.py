from dataclasses import fields
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest
import yaml

from infra.config import ConfigurationError, parse_settings
from infra.settings import Settings
from infra.shared.choices import NatMode, RetentionDays
from tests.infra.program import CHECKOUT, IMAGE_DIGEST, STACKS, as_pulumi_hands_over, stack_values
from tests.infra.recorder import record


def problems_of(values: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        parse_settings(as_pulumi_hands_over(values))
    return raised.value.problems


def changed(section: str, **changes: Any) -> dict[str, Any]:
    values = stack_values("local")
    return {**values, section: {**values[section], **changes}}


@pytest.mark.parametrize("stack", STACKS)
def test_the_shipped_stacks_are_valid(stack: str) -> None:
    assert parse_settings(as_pulumi_hands_over(stack_values(stack))).environment == stack


def test_values_arrive_typed() -> None:
    settings = parse_settings(as_pulumi_hands_over(stack_values("prod")))
    assert settings.network.cidr == IPv4Network("10.40.0.0/16")
    assert settings.network.nat is NatMode.PER_ZONE
    assert settings.network.flow_log_retention_days is RetentionDays.ONE_YEAR
    assert settings.key_deletion_window_days == 30
    assert settings.account_id == stack_values("prod")["account_id"]


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("", None), (IMAGE_DIGEST, IMAGE_DIGEST)])
def test_an_empty_image_digest_is_an_absent_one(given: str | None, expected: str | None) -> None:
    values = stack_values("local") | ({} if given is None else {"image_digest": given})
    assert parse_settings(as_pulumi_hands_over(values)).image_digest == expected


def test_every_problem_is_told_at_once_with_key_value_and_what_is_allowed() -> None:
    values = stack_values("local")
    del values["owner"]
    del values["cache"]["node_type"]
    values["region"] = "Frankfurt"
    values["networks"] = "typo"
    values["network"] |= {"nat": "two", "flow_log_retention_days": 2, "speed": "fast"}
    values["database"]["storage_gib"] = 40
    values["workload"] |= {"least_replicas": 5, "most_replicas": 4}
    told = problems_of(values)
    for beginning, part in (
        ("fortress:networks: given typo", "allowed keys are environment, region"),
        ("fortress:owner: not given", "set it"),
        ("fortress:region: given 'Frankfurt'", "should match pattern"),
        ("fortress:network.nat: given 'two'", "'none', 'single', 'per_az' or 'regional'"),
        ("fortress:network.flow_log_retention_days: given 2", "1, 3, 5"),
        ("fortress:network.speed: given 'fast'", "no such key, allowed are cidr, availability_zones"),
        ("fortress:cache.node_type: not given", "required"),
        ("fortress:database.largest_storage_gib: given 40", "allowed are 44 or more"),
        ("fortress:workload.least_replicas: given 5", "at most workload.most_replicas 4"),
    ):
        assert any(problem.startswith(beginning) and part in problem for problem in told), (beginning, told)
    assert len(told) == 9


def test_pulumi_shows_a_refusal_without_a_traceback() -> None:
    assert issubclass(ConfigurationError, pulumi.RunError)


@pytest.mark.parametrize(("given", "problems"), [("staging", 0), ("eu2", 0), ("pre-prod", 1), ("Prod", 1), ("", 1)])
def test_an_environment_is_any_word_that_every_name_can_hold(given: str, problems: int) -> None:
    values = stack_values("prod") | {"environment": given}
    if problems:
        assert len(problems_of(values)) == problems
    else:
        assert parse_settings(as_pulumi_hands_over(values)).environment == given


def test_the_message_counts_and_lists_the_problems() -> None:
    with pytest.raises(ConfigurationError, match=r"has 1 problem\(s\):\n  - fortress:owner: not given"):
        parse_settings(
            as_pulumi_hands_over({key: value for key, value in stack_values("local").items() if key != "owner"})
        )


@pytest.mark.parametrize("given", ["not json", "[]", '"text"'])
def test_a_section_that_is_not_a_section_is_one_problem(given: str) -> None:
    values = as_pulumi_hands_over(stack_values("local")) | {"cache": given}
    with pytest.raises(ConfigurationError) as raised:
        parse_settings(values)
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith("fortress:cache: given ")


@pytest.mark.parametrize("given", ["7 days", "31", "6.5"])
def test_a_number_at_the_top_is_a_number_in_its_range(given: str) -> None:
    assert len(problems_of(stack_values("local") | {"key_deletion_window_days": given})) == 1


def test_text_is_no_number_inside_a_section() -> None:
    assert problems_of(changed("cache", node_count="1"))[0].startswith("fortress:cache.node_count: given '1'")


def test_a_bad_configuration_registers_nothing() -> None:
    from infra.config import load_settings

    registered: list[str] = []

    def program() -> None:
        with pytest.raises(ConfigurationError):
            load_settings()
        registered.append("nothing")

    graph = record(program, config={"fortress:environment": "moon", "other:key": "ignored"})
    assert registered == ["nothing"]
    assert [resource.type for resource in graph] == ["pulumi:pulumi:Stack"]


def test_the_project_file_declares_exactly_the_keys_that_are_read() -> None:
    project = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text())
    assert set(project["config"]) == {field.name for field in fields(Settings)}
    assert all(declared["description"] for declared in project["config"].values())


def test_only_the_image_digest_may_be_left_out_of_a_stack_file() -> None:
    project = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text())
    assert [key for key, declared in project["config"].items() if "default" in declared] == ["image_digest"]


@pytest.mark.parametrize("stack", STACKS)
def test_default_providers_are_switched_off(stack: str) -> None:
    content = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]
    assert content["pulumi:disable-default-providers"] == ["*"]
