"""The local stack's commands, with a stack of their own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.figures import Figure, Report
from tests.harness.stack import LocalStack

MEBIBYTE = 2**20
DIFF = ("diff", "--stack", "prod", "--base", "HEAD")


def measure(report: Report) -> None:
    """Raises a stack, and takes it down."""
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "state")
        try:
            report.add(_seconds("preview from nothing, s", lambda: stack.run("preview"), at_most=5))
            report.add(_seconds("up from nothing, s", lambda: stack.run("up"), at_most=45))
            report.add(_seconds("order, process start included, s", lambda: stack.run("order")))
            report.add(_seconds("up with nothing to change, s", lambda: stack.run("up"), at_most=5))
            memory = _memory_mebibytes(stack)
            report.add(Figure(name="memory of everything (PSS), MiB", measured=memory, at_most=1536))
            report.add(_seconds("stop, s", lambda: stack.run("stop")))
            report.add(_seconds("up after stop, s", lambda: stack.run("up")))
            report.add(_seconds("down, s", lambda: stack.run("down")))
            report.add(_seconds("diff of prod, both sides from nothing, s", lambda: stack.run(*DIFF), at_most=8))
        finally:
            stack.end_by_force()


def _seconds(name: str, action: Callable[[], object], *, at_most: float | None = None) -> Figure:
    began = time.perf_counter()
    action()
    return Figure(name=name, measured=time.perf_counter() - began, at_most=at_most)


def _memory_mebibytes(stack: LocalStack) -> float:
    """Proportional set size: what processes share is counted once."""
    return sum(process.memory_full_info().pss for process in stack.processes()) / MEBIBYTE
