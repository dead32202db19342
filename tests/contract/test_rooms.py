"""Every item of the system has a file that does it, or says why not."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "rooms.md").read_text()
ITEMS_IN_ROOMS = (11, 6, 8, 8, 9, 6, 7, 9, 10, 8, 7, 9, 8, 10, 8, 5)
ROWS = [(number, where, how) for number, where, how in
        re.findall(r"^\| (\d+\.\d+) [^|]+ \| ([^|]+) \| (\w+) \|$", PAGE, re.MULTILINE)]  # fmt: skip


def test_every_item_has_its_row_in_order() -> None:
    expected = [f"{room}.{item}" for room, count in enumerate(ITEMS_IN_ROOMS, start=1) for item in range(1, count + 1)]
    assert [number for number, _, _ in ROWS] == expected
    assert len(expected) == 129


@pytest.mark.parametrize(("where", "how"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_an_item_names_files_that_exist_or_says_why_it_is_not_here(where: str, how: str) -> None:
    named = re.findall(r"`([^`]+)`", where)
    assert how in {"local", "record", "text", "no"}
    assert [path for path in named if not (CHECKOUT / path).is_file()] == []
    assert where.startswith("Not here") if how == "no" else named
