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


def plain(text: str) -> str:
    """A sentence of our own that may come from somebody else's file: its `code` stays, no other markup works."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return message(text)
    return "".join(code(part) if number % 2 else _inert(part) for number, part in enumerate(parts))


def _inert(text: str) -> str:
    line = re.sub(r"\s+", " ", text)[:_LONGEST_MESSAGE]
    return re.sub(r"([@:.])(?=[\w/])", "\\1\u200b", re.sub(r"([\\*_\[\]<>|#!~&])", r"\\\1", line))


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
