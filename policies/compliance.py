"""The pack alone, without an engine: over the program's first preview, or over a state that was exported.

`python -m policies.compliance --stack prod --to compliance` writes the reports; `--state FILE` takes an export instead.
`--ending` judges nothing: it tells as JSON which of the stack's exemptions end soon.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from pulumi import RunError

from policies.catalogue import all_rules
from policies.configuration import Configuration, ConfigurationError, load
from policies.exported import ExportError, read_export
from policies.graph import Graph
from policies.reports.report import Report, Status, make_report

CHECKOUT = Path(__file__).resolve().parent.parent
DIGEST_OF_NO_IMAGE = {"fortress:image_digest": f"sha256:{'0' * 64}"}
"""Stands for the image that a deployment is given, so that the workload is judged too."""


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 where nothing stops the stack, 1 where something does, 2 where there is nothing to judge."""
    given = _arguments(arguments)
    rules, today = all_rules(), date.today()
    try:
        if given.ending:
            sys.stdout.write(_ending(load(given.stack, rules, today=today), today))
            return 0
        stack, graph = _subject(given.stack, given.state)
        report = make_report(stack, rules, graph, load(stack, rules, today=today))
    except (ConfigurationError, ExportError, FileNotFoundError, RunError) as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    if given.to is not None:
        write(report, given.to)
    sys.stdout.write(_summary(report, given.to, today))
    return 1 if report.broken or report.stale else 0


def write(report: Report, folder: Path) -> None:
    """Writes the report in every form into the folder, which is made where it is missing."""
    from policies.reports.junit import junit
    from policies.reports.pages import html, markdown
    from policies.reports.sarif import sarif

    forms: dict[str, Callable[[Report], str]] = {"md": markdown, "html": html, "xml": junit, "sarif": sarif}
    folder.mkdir(parents=True, exist_ok=True)
    for ending, render in forms.items():
        (folder / f"{report.stack}.{ending}").write_text(render(report))


def _subject(stack: str, state: Path | None) -> tuple[str, Graph]:
    if state is not None:
        return read_export(state)
    from policies.program import preview

    return stack, preview(CHECKOUT, stack, DIGEST_OF_NO_IMAGE)


def _ending(configuration: Configuration, today: date) -> str:
    """The fields of `Exemption`, days as `2027-01-31`."""
    found = [{**asdict(each), "expires": each.expires.isoformat()} for each in configuration.ending(today)]
    return json.dumps(found, indent=1) + "\n"


def _summary(report: Report, folder: Path | None, today: date) -> str:
    lines = [
        f"[{status}] {finding.rule.id} {finding.node.source or finding.node.type} ({finding.node.name})\n"
        f"    {finding.rule.title}\n    {finding.message}"
        for status, level in (("mandatory", Status.BROKEN), ("advisory", Status.ADVISED))
        for finding in report.of(level)
    ]
    lines += [f"[mandatory] the exemption of {exemption.resource} {why}" for exemption, why in report.stale]
    lines += [
        f"[ends on {each.expires}] the exemption of {each.resource} from {each.rule}: "
        f"{each.owner} mends the resource or decides anew; from the day after, nothing passes"
        for each in report.configuration.ending(today)
    ]
    counts = ", ".join(f"{report.count(one)} {one}" for one in Status if report.count(one))
    lines.append(f"{report.stack}: {len(report.rules)} rules over {report.resources} resources: {counts}")
    lines += [f"Written: {folder}/{report.stack}.md, .html, .xml (JUnit), .sarif"] if folder else []
    return "\n".join(lines) + "\n"


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m policies.compliance", description=__doc__)
    parser.add_argument("--stack", default="local", help="whose program is previewed")
    parser.add_argument("--to", type=Path, help="the folder that the reports go into")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--state", type=Path, help="an exported deployment that is judged instead")
    instead.add_argument("--ending", action="store_true", help="only tell which exemptions end soon, as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
