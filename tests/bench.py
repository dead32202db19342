"""`make bench`: the commands' times beside what they should be; figures, not tests."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from tests import bench_delivery
from tests.harness.stack import LocalStack
from tests.policies.bench import figures

MEBIBYTE = 2**20
_DIFF = ("diff", "--stack", "prod", "--base", "HEAD")


def main() -> None:
    """Raises a stack of its own, measures, and takes it down."""
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "state")
        table = Table("figure", "measured", "at most", "ratio", title="Local stack", title_justify="left")
        try:
            _row(table, "preview from nothing, s", _seconds(lambda: stack.run("preview")), 5)
            _row(table, "up from nothing, s", _seconds(lambda: stack.run("up")), 45)
            _row(table, "order, process start included, s", _seconds(lambda: stack.run("order")), None)
            _row(table, "up with nothing to change, s", _seconds(lambda: stack.run("up")), 5)
            _row(table, "memory of everything (PSS), MiB", _memory_mebibytes(stack.processes()), 1536)
            _row(table, "stop, s", _seconds(lambda: stack.run("stop")), None)
            _row(table, "up after stop, s", _seconds(lambda: stack.run("up")), None)
            _row(table, "down, s", _seconds(lambda: stack.run("down")), None)
            _row(table, "diff of prod, both sides from nothing, s", _seconds(lambda: stack.run(*_DIFF)), 8)
        finally:
            stack.end_by_force()
    Console().print(table)
    policies = Table("figure", "measured", "at most", "ratio", title="Policies", title_justify="left")
    for name, measured, limit in figures():
        _row(policies, name, measured, limit)
    Console().print(policies)
    bench_delivery.main()


def _row(table: Table, name: str, measured: float, limit: float | None) -> None:
    table.add_row(name, f"{measured:.2f}", str(limit or ""), f"{measured / limit:.2f}" if limit else "")


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _memory_mebibytes(processes: list[psutil.Process]) -> float:
    """Proportional set size: what processes share is counted once."""
    return sum(process.memory_full_info().pss for process in processes) / MEBIBYTE


if __name__ == "__main__":
    main()
