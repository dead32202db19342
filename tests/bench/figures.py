"""What was measured, beside what it should be."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.table import Table

WIDTH = 120


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row; a figure without bounds is there to be compared with."""

    name: str
    measured: float
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None

    @property
    def met(self) -> bool:
        """Whether the bound holds; true where there is none."""
        enough = self.at_least is None or self.measured >= self.at_least
        return enough and (self.at_most is None or self.measured <= self.at_most)

    @property
    def bound(self) -> str:
        """The bound in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"


class Report:
    """One table of all figures, a section for each measurement, and below it what a measurement shows beside it."""

    def __init__(self) -> None:
        self._table = Table("figure", "measured", "bound", "aim", "")
        self._below: list[RenderableType] = []

    def begin(self, title: str) -> None:
        """The figures that follow belong to that measurement."""
        self._table.add_section()
        self._table.add_row(f"[bold]{title}")

    def add(self, figure: Figure) -> None:
        """What misses its bound says so."""
        aim = "" if figure.aim is None else f"{figure.aim:g}"
        missed = "" if figure.met else "missed"
        self._table.add_row(f"  {figure.name}", _number(figure.measured), figure.bound, aim, missed)

    def broke(self, error: BaseException) -> None:
        """The measurement did not come to its end."""
        self._table.add_row("  [red]did not come to its end", type(error).__name__)

    def show_below(self, *what: RenderableType) -> None:
        """Stands below the table."""
        self._below.extend(what)

    def print(self) -> None:
        """Everything so far."""
        Console(width=WIDTH).print(self._table, *self._below)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"
