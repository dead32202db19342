"""The configuration's reference shows the schema as it is."""

import re
from dataclasses import fields

import pytest

from infra.reference import REFERENCE, reference_page
from infra.settings import Settings

PAGE = reference_page()


def test_the_page_is_up_to_date() -> None:
    assert REFERENCE.read_text() == PAGE, "run `python -m infra.reference`"


@pytest.mark.parametrize("key", [field.name for field in fields(Settings)])
def test_every_key_and_section_is_on_it(key: str) -> None:
    assert f"\n## {key}\n" in PAGE or f"\n| `{key}` |" in PAGE


@pytest.mark.parametrize(
    "row",
    [
        r"`instance_class` \| text like `\^db.*` \|",
        r"`multi_az` \| `true` or `false`\. \| `false` \| `(true|false)` \| `true` \|",
        r"`mode` \| one of `count`, `block`\.",
        r"`backup_retention_days` \| a whole number, 1 to 35\.",
        r"`budgets\.least_success_percent` \| a number, over 0 to 100\.",
        r"`availability_zones` \| a list of: text, 2 to 3\.",
    ],
)
def test_a_key_says_what_it_takes_and_what_each_stack_gives_it(row: str) -> None:
    assert re.search(row, PAGE)
