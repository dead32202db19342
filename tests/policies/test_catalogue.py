"""What every rule tells about itself, and the page that is made of it."""

import re
from pathlib import Path

import pytest

from policies.catalogue import all_rules
from policies.reference import page
from policies.rule import AnyRule

CHECKOUT = Path(__file__).resolve().parents[2]
RULES = all_rules()


def test_every_rule_has_an_identifier_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_explains_itself_in_a_sentence_and_names_the_property_to_set(rule: AnyRule) -> None:
    assert re.fullmatch(r"[A-Z0-9]{2,3}-\d{2}", rule.id)
    assert not rule.title.endswith(".")
    for sentence in (rule.rationale, rule.fix):
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
    assert "`" in rule.fix or "Remove" in rule.fix
    assert rule.link.startswith("https://")
    assert bool(rule.controls) is not bool(rule.without_controls)


def test_the_reference_page_is_current() -> None:
    assert (CHECKOUT / "docs/reference/policies.md").read_text() == page(RULES) + "\n"
