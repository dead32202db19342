"""What the tables of the rules stand on: types and properties that the SDKs know."""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from policies.rule import GraphRule, Rule
from tests.policies import tables
from tests.policies.case import Case

AWS = [case for case in tables.CASES if isinstance(case, Case) and case.type.startswith("aws:")]


def test_every_rule_has_a_table() -> None:
    assert set(tables.RULES) == {case.rule for case in tables.CASES}


@pytest.mark.parametrize("rule", tables.RULES.values(), ids=tables.RULES)
def test_every_type_of_a_rule_has_a_spelling_the_sdks_know(rule: Rule | GraphRule) -> None:
    assert not set(rule.types) - known_tokens()


@pytest.mark.parametrize("case", AWS, ids=lambda case: f"{case.rule} {case.type}")
def test_every_property_in_a_table_is_one_the_sdk_knows(case: Case) -> None:
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
