"""Every rule against its table: the good complies, each change violates, and unknown values decide nothing."""

import importlib
import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from policies.catalogue import all_rules
from policies.graph import Graph
from policies.rule import GraphRule, Outcome, Rule, Verdict
from tests.policies.case import UNKNOWN, Case, GraphCase, changed, found, graph, leaves, with_change

RULES = {rule.id: rule for rule in all_rules()}
TABLES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("*.py"))
ALL = [case for table in TABLES for case in importlib.import_module(f"tests.policies.cases.{table}").CASES]
CASES = [case for case in ALL if isinstance(case, Case)]
STAND_INS: dict[type, tuple[Any, ...]] = {
    str: ("", "another", "10.0.0.0/8", "HTTPS", "deny", "icmp", "egress", "Gateway", "log_statement"),
    float: (0.0, 1.0, 443.0, 65535.0),
    bool: (True, False),
}
GRAPH_CASES = [case for case in ALL if isinstance(case, GraphCase)]


def of(case: Case, properties: dict[str, Any]) -> Verdict:
    rule = RULES[case.rule]
    assert isinstance(rule, Rule)
    return rule.judge(properties, {**rule.defaults(), **case.parameters})


def over(case: GraphCase, stack: Graph) -> Verdict:
    rule = RULES[case.rule]
    assert isinstance(rule, GraphRule)
    anchor = next(node for node in stack.nodes if node.urn.endswith(f"::{case.anchor}"))
    return rule.judge(anchor, stack, {**rule.defaults(), **case.parameters})


def name(case: Case | GraphCase) -> str:
    return f"{case.rule} {case.type if isinstance(case, Case) else case.anchor}"


def bad(cases: list[Any]) -> list[Any]:
    return [
        pytest.param(case, change, id=f"{name(case)} {what}") for case in cases for what, change in case.bad.items()
    ]


def good(cases: list[Any]) -> list[Any]:
    return [
        pytest.param(case, change, id=f"{name(case)} {what}")
        for case in cases
        for what, change in {"as written": {}, **case.also_good}.items()
    ]


@pytest.mark.parametrize(("case", "change"), good(CASES))
def test_a_good_resource_is_not_objected_to(case: Case, change: Any) -> None:
    assert of(case, changed(case.good, change)).outcome is not Outcome.VIOLATING


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_good_resource_is_judged_at_all(case: Case) -> None:
    assert of(case, dict(case.good)).outcome is Outcome.COMPLIANT


@pytest.mark.parametrize(("case", "change"), bad(CASES))
def test_each_change_is_objected_to(case: Case, change: Any) -> None:
    verdict = of(case, changed(case.good, change))
    assert verdict.outcome is Outcome.VIOLATING
    assert verdict.message


@pytest.mark.parametrize("case", CASES, ids=name)
def test_an_unknown_value_is_never_a_violation(case: Case) -> None:
    for path in leaves(case.good):
        verdict = of(case, changed(case.good, {path: UNKNOWN}))
        assert verdict.outcome is not Outcome.VIOLATING, path


@pytest.mark.parametrize("case", CASES, ids=name)
def test_an_unknown_value_never_turns_a_violation_into_a_pass(case: Case) -> None:
    for what, change in case.bad.items():
        properties = changed(case.good, change)
        for path in leaves(properties):
            verdict = of(case, changed(properties, {path: UNKNOWN}))
            assert verdict.outcome is Outcome.VIOLATING or verdict.pending, (what, path)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_an_unknown_value_that_could_mend_nothing_leaves_the_violation(case: Case) -> None:
    for what, change in case.bad.items():
        properties = changed(case.good, change)
        for path in leaves(properties):
            others = [of(case, changed(properties, {path: other})) for other in stand_ins(properties, path, change)]
            if others and all(verdict.outcome is Outcome.VIOLATING for verdict in others):
                assert of(case, changed(properties, {path: UNKNOWN})).outcome is Outcome.VIOLATING, (what, path)


def stand_ins(properties: Any, path: str, change: Any) -> tuple[Any, ...]:
    """What else could stand at a path that the change leaves alone; nothing where no list of values would do."""
    value = found(properties, path)
    names_or_holds_more = path.endswith(".name") or str(value).startswith(("{", "["))
    touched = any(path.startswith(key) or key.startswith(path) for key in change)
    if type(value) not in STAND_INS or names_or_holds_more or touched:
        return ()
    absent = () if path[-1].isdigit() else (None,)
    return (*STAND_INS[type(value)], *absent)


@pytest.mark.parametrize("deployed", [False, True], ids=["previewed", "deployed"])
@pytest.mark.parametrize(("case", "change"), good(GRAPH_CASES))
def test_a_good_stack_is_not_objected_to(case: GraphCase, change: Any, deployed: bool) -> None:
    stack = graph(with_change(case.good, change), deployed=deployed)
    assert over(case, stack).outcome is not Outcome.VIOLATING


@pytest.mark.parametrize("deployed", [False, True], ids=["previewed", "deployed"])
@pytest.mark.parametrize("case", GRAPH_CASES, ids=name)
def test_the_good_stack_is_judged_at_all(case: GraphCase, deployed: bool) -> None:
    assert over(case, graph(case.good, deployed=deployed)).outcome is Outcome.COMPLIANT


@pytest.mark.parametrize(("case", "change"), bad(GRAPH_CASES))
def test_each_change_of_the_stack_is_objected_to_before_any_id_is_known_and_after(case: GraphCase, change: Any) -> None:
    for deployed in (False, True):
        verdict = over(case, graph(with_change(case.good, change), deployed=deployed))
        assert verdict.outcome is Outcome.VIOLATING, deployed
        assert verdict.message


@pytest.mark.parametrize("case", GRAPH_CASES, ids=name)
def test_unknown_values_in_the_stack_are_never_a_violation(case: GraphCase) -> None:
    for resource, described in case.good.items():
        for path in leaves(described.properties):
            stack = graph(with_change(case.good, {f"{resource}.{path}": UNKNOWN}), deployed=False)
            assert over(case, stack).outcome is not Outcome.VIOLATING, f"{resource}.{path}"


@pytest.mark.parametrize("case", GRAPH_CASES, ids=name)
def test_unknown_values_in_the_stack_never_turn_a_violation_into_a_pass(case: GraphCase) -> None:
    for what, change in case.bad.items():
        resources = with_change(case.good, change)
        for resource, described in resources.items():
            for path in leaves(described.properties):
                stack = graph(with_change(resources, {f"{resource}.{path}": UNKNOWN}), deployed=False)
                verdict = over(case, stack)
                assert verdict.outcome is Outcome.VIOLATING or verdict.pending, (what, resource, path)


def test_every_rule_has_a_table() -> None:
    assert set(RULES) == {case.rule for case in ALL}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_type_of_a_rule_has_a_spelling_the_sdks_know(rule: Rule | GraphRule) -> None:
    assert not set(rule.types) - known_tokens()


@pytest.mark.parametrize("case", CASES, ids=name)
def test_every_property_in_a_table_is_one_the_sdk_knows(case: Case) -> None:
    if not case.type.startswith("aws:"):
        return
    unknown = {key for key in case.good if key not in known_properties(case.type)}
    assert not unknown, f"{case.type} has no {unknown}"


@cache
def known_tokens() -> set[str]:
    tokens: set[str] = set(BEYOND_THE_SDKS)
    for package in ("pulumi_aws", "pulumi_kubernetes"):
        text = (folder_of(package) / "__init__.py").read_text()
        modules, _, _ = text.partition("resource_packages=")
        for entry in re.findall(r'"classes": (\{[^}]*\})', modules) or re.findall(r'"classes":\s*(\{[^}]*\})', text):
            tokens.update(json.loads(entry))
    return tokens


BEYOND_THE_SDKS = (
    "kubernetes:argoproj.io/v1alpha1:Rollout",
    "kubernetes:eks.amazonaws.com/v1:NodeClass",
    "pulumi:providers:aws",
    "pulumi:pulumi:Stack",
    "pulumi:providers:kubernetes",
)


@cache
def known_properties(token: str) -> set[str]:
    module, _, _ = token.removeprefix("aws:").rpartition(":")
    service, _, resource = module.partition("/")
    file = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", resource).lower()
    text = (folder_of("pulumi_aws") / service / f"{file}.py").read_text()
    return set(re.findall(r'pulumi\.getter\(name="(\w+)"\)', text)) | set(
        re.findall(r"@pulumi\.getter\n    def (\w+)", text)
    )


def folder_of(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
