"""`make diff`: what this checkout changes on a stack, against another revision."""

import sys
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from sandbox.configuration import replaceable
from sandbox.errors import SandboxError
from sandbox.review.comment import MARKER, Detail, comment, written
from sandbox.review.cost import budget
from sandbox.review.revision import base_of, head_of
from sandbox.review.sides import both
from sandbox.review.verdict import REVIEW, Review, review
from sandbox.workspace import Workspace

ENVIRONMENTS = "environments"
_EVERYTHING = Detail(rows=1_000_000, folds=False)


def run(workspace: Workspace, stack: str, base: str, format: str, output: str | None) -> int:  # noqa: A002
    """Prints the comparison, or writes it as JSON to `output`; the exit status says what it means for a pipeline."""
    try:
        found = _compared(workspace, stack, base)
    except SandboxError as error:
        if output is None and format == "terminal":
            raise
        found = Review(stack=stack, base=base, head="this checkout", failure=str(error))
    if output is not None:
        Path(output).write_bytes(REVIEW.dump_json(found, indent=2))
    _show(found, format)
    return found.status


def _compared(workspace: Workspace, stack: str, base: str) -> Review:
    with base_of(workspace.checkout, base, workspace.state / ENVIRONMENTS) as before:
        after = head_of(workspace.checkout)
        return review(
            stack, (before.name, after.name), both(before, after, stack), notes=(before.note,) if before.note else (),
            budgets=(budget(before.folder, stack), budget(after.folder, stack)),
            asked=tuple(sorted(replaceable(after.folder / f"Pulumi.{stack}.yaml"))),
        )  # fmt: skip


def _show(found: Review, format: str) -> None:  # noqa: A002
    if format == "json":
        sys.stdout.write(REVIEW.dump_json(found, indent=2).decode() + "\n")
    elif format == "markdown":
        sys.stdout.write(comment([found]))
    else:
        text = written([found], _EVERYTHING).removeprefix(f"{MARKER}\n")
        if sys.stdout.isatty():
            Console().print(Markdown(text))
        else:
            sys.stdout.write(text)
