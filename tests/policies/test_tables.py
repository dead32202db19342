"""Every rule against its tables: the good complies, each change violates, and unknown values decide nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.configuration import can_mend
from policies.rule import GraphRule, Outcome, Rule, Verdict
from tests.policies import tables
from tests.policies.case import UNKNOWN, Case, Change, GraphCase, changed, found, graph, leaves, with_change

STAND_INS: dict[type, tuple[Any, ...]] = {
    str: ("", "another", "10.0.0.0/8", "HTTPS", "deny", "icmp", "egress", "Gateway", "log_statement"),
    float: (0.0, 1.0, 443.0, 65535.0),
    bool: (True, False),
}
RECORDED = tables.recorded()
SINGLE = [identifier for identifier, rule in tables.RULES.items() if isinstance(rule, Rule)]


@pytest.mark.parametrize("rule", tables.RULES)
def test_a_good_resource_is_judged_and_not_objected_to(rule: str) -> None:
    asked = tables.made_anew(rule)
    for case in tables.cases_of(rule):
        assert {verdict.outcome for verdict in tables.verdicts(asked, case, {})} == {Outcome.COMPLIANT}
        for what, change in case.also_good.items():
            assert Outcome.VIOLATING not in {verdict.outcome for verdict in tables.verdicts(asked, case, change)}, what


@pytest.mark.parametrize("rule", tables.RULES)
def test_each_change_is_objected_to_in_the_words_that_were_recorded(rule: str) -> None:
    asked = tables.made_anew(rule)
    for case in tables.cases_of(rule):
        for what, change in case.bad.items():
            assert {verdict.outcome for verdict in tables.verdicts(asked, case, change)} == {Outcome.VIOLATING}, what
    assert tables.messages(rule) == RECORDED[rule]


@pytest.mark.parametrize("rule", tables.RULES)
def test_without_any_one_of_its_checks_a_rule_would_let_something_pass(rule: str) -> None:
    asked = tables.made_anew(rule)
    for index in range(len(asked.checks)):
        fewer = replace(asked, checks=asked.checks[:index] + asked.checks[index + 1 :])
        outcomes = {
            verdict.outcome
            for case in tables.cases_of(rule)
            for change in case.bad.values()
            for verdict in tables.verdicts(fewer, case, change)
        }
        assert outcomes != {Outcome.VIOLATING}, f"check {index} of {len(asked.checks)}"


@pytest.mark.parametrize("rule", tables.RULES)
def test_an_unknown_value_is_never_a_violation(rule: str) -> None:
    asked = tables.made_anew(rule)
    for case in tables.cases_of(rule):
        for path, verdict in _with_each_value_unknown(asked, case, {}):
            assert verdict.outcome is not Outcome.VIOLATING, path


@pytest.mark.parametrize("rule", tables.RULES)
def test_an_unknown_value_never_turns_a_violation_into_a_pass(rule: str) -> None:
    asked = tables.made_anew(rule)
    for case in tables.cases_of(rule):
        for what, change in case.bad.items():
            for path, verdict in _with_each_value_unknown(asked, case, change):
                assert verdict.outcome is Outcome.VIOLATING or verdict.pending, (what, path)


@pytest.mark.parametrize("rule", SINGLE)
def test_an_unknown_value_that_could_mend_nothing_leaves_the_violation(rule: str) -> None:
    asked = tables.made_anew(rule)
    assert isinstance(asked, Rule)
    for case in tables.cases_of(rule):
        parameters = {**asked.defaults(), **case.parameters}
        for what, change in case.bad.items():
            properties = changed(case.good, change)
            for path in leaves(properties):
                others = [
                    asked.judge(changed(properties, {path: other}), parameters)
                    for other in _stand_ins(properties, path, change)
                ]
                if others and all(verdict.outcome is Outcome.VIOLATING for verdict in others):
                    verdict = asked.judge(changed(properties, {path: UNKNOWN}), parameters)
                    assert verdict.outcome is Outcome.VIOLATING, (what, path)


@pytest.mark.parametrize("rule", [identifier for identifier, rule in tables.RULES.items() if can_mend(rule)])
def test_a_remedy_mends_violations_and_leaves_what_keeps_the_rule_keeping_it(rule: str) -> None:
    asked = tables.made_anew(rule)
    assert isinstance(asked, Rule)
    assert asked.remedy is not None
    parameters = {**asked.defaults(), **FALLBACKS.get(rule, {})}
    mended = {
        what: asked.judge(changed(properties, asked.remedy(properties, parameters)), parameters).outcome
        for case in tables.cases_of(rule)
        for what, properties in _each(case)
    }
    assert mended.pop("good") is Outcome.COMPLIANT
    assert Outcome.COMPLIANT in mended.values()


def test_the_remedy_of_tags_adds_those_that_are_missing_and_have_a_fallback() -> None:
    rule = tables.made_anew("STK-20")
    assert isinstance(rule, Rule)
    assert rule.remedy is not None
    given = {"defaultTags": '{"tags": {"Owner": "shop=1"}, "other": 1}'}
    fallbacks = ["Owner=platform", "Project=a=b", "no value"]
    change = rule.remedy(given, {"fallbacks": fallbacks})
    assert {key: json.loads(value) for key, value in change.items()} == {
        "defaultTags": {"tags": {"Owner": "shop=1", "Project": "a=b"}, "other": 1}
    }


FALLBACKS = {"STK-20": {"fallbacks": ["Project=fortress", "Environment=dev", "Owner=platform", "CostCenter=shop"]}}


def _each(case: Case | GraphCase) -> Iterator[tuple[str, dict[str, Any]]]:
    assert isinstance(case, Case)
    yield "good", dict(case.good)
    for what, change in case.bad.items():
        yield what, changed(case.good, change)


def _with_each_value_unknown(
    rule: Rule | GraphRule, case: Case | GraphCase, change: Change
) -> Iterator[tuple[str, Verdict]]:
    if isinstance(case, Case):
        assert isinstance(rule, Rule)
        properties = changed(case.good, change)
        for path in leaves(properties):
            unknown = changed(properties, {path: UNKNOWN})
            yield path, rule.judge(unknown, {**rule.defaults(), **case.parameters})
        return
    resources = with_change(case.good, change)
    for resource, described in resources.items():
        for path in leaves(described.properties):
            stack = graph(with_change(resources, {f"{resource}.{path}": UNKNOWN}), deployed=False)
            yield f"{resource}.{path}", tables.over(rule, case, stack)


def _stand_ins(properties: Mapping[str, Any], path: str, change: Change) -> tuple[Any, ...]:
    """What else could stand at a path that the change leaves alone; nothing where no list of values would do."""
    value = found(properties, path)
    names_or_holds_more = path.endswith(".name") or str(value).startswith(("{", "["))
    touched = any(path.startswith(key) or key.startswith(path) for key in change)
    if type(value) not in STAND_INS or names_or_holds_more or touched:
        return ()
    absent = () if path[-1].isdigit() else (None,)
    return (*STAND_INS[type(value)], *absent)
