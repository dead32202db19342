"""Findings as pages to read: Markdown for a pull request's summary, HTML to look at."""

import re
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from policies.reports.report import ControlRow, Report, Status, status


def _with_code(text: str) -> Markup:
    parts = enumerate(re.split(r"`([^`]+)`", text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in parts)


def _sums(rows: Sequence[ControlRow]) -> str:
    """How many controls came to what, the best first."""
    counts = {one: sum(row.status is one for row in rows) for one in reversed(Status)}
    return ", ".join(f"{count} {one}" for one, count in counts.items() if count)


_ENVIRONMENT = Environment(
    loader=PackageLoader("policies.reports"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {"Status": Status, "status": status, "sums": _sums}
_ENVIRONMENT.filters["with_code"] = _with_code


def markdown(report: Report) -> str:
    """The report in Markdown."""
    return _ENVIRONMENT.get_template("compliance.md").render(report=report)


def html(report: Report) -> str:
    """The report as one HTML file that needs nothing else."""
    return _ENVIRONMENT.get_template("compliance.html").render(report=report)
