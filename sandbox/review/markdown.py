"""Text that others wrote, made safe for Markdown: it is shown, and does nothing."""

import re
from collections.abc import Iterable, Sequence

_LONGEST = 160
_LONGEST_MESSAGE = 400


def code(text: str, longest: int = _LONGEST) -> str:
    """As code on one line: no markup in it works, nobody is mentioned."""
    line = re.sub(r"\s+", " ", "".join(each if each.isprintable() else " " for each in text)).strip()
    line = line.replace("`", "'").replace("|", "¦")
    return f"`{line if len(line) <= longest else line[: longest - 1] + '…'}`" if line else "—"


def message(text: str) -> str:
    """A longer text as code."""
    return code(text, _LONGEST_MESSAGE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], most: int) -> list[str]:
    """A table of at most `most` rows, with the number of those left out."""
    listed = list(rows)
    if not listed:
        return []
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, listed[:most])]
    return [*lines, *left_out(len(listed), most)]


def left_out(count: int, most: int) -> list[str]:
    """What is said where a list was cut."""
    return ["", f"… and {count - most} more: the JSON has all."] if count > most else []


def money(usd: float) -> str:
    return f"${usd:,.2f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
