"""Findings as pages to read: Markdown for a pull request's summary, HTML to look at."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from policies.reports.report import Report, Status, status

_ENVIRONMENT = Environment(
    loader=PackageLoader("policies.reports"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {"Status": Status, "status": status}


def markdown(report: Report) -> str:
    """The report in Markdown."""
    return _ENVIRONMENT.get_template("compliance.md").render(report=report)


def html(report: Report) -> str:
    """The report as one HTML file that needs nothing else."""
    return _ENVIRONMENT.get_template("compliance.html").render(report=report)
