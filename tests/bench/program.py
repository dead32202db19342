"""The program's own share: a process that imports it and builds the whole graph, against Pulumi's mock monitor."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

from tests.bench.figures import Figure, Report
from tests.infra.program import CHECKOUT, STACKS, Run, run_program

ROUNDS = 3
KIBIBYTES_A_MEBIBYTE = 1024


def measure(report: Report) -> None:
    """The median of several processes for each stack; one before them fills the caches of the interpreter."""
    _process(STACKS[0])
    for stack in STACKS:
        seconds, mebibytes = map(statistics.median, zip(*(_process(stack) for _ in range(ROUNDS)), strict=True))
        report.add(Figure(name=f"imports and graph of {stack}, s", measured=seconds, at_most=2))
        report.add(Figure(name=f"memory at its peak, {stack}, MiB", measured=mebibytes, at_most=300))


def _process(stack: str) -> tuple[float, float]:
    """How many seconds it took from start to end, and how many MiB it had at most."""
    began = time.perf_counter()
    command = [sys.executable, "-m", __name__, stack]
    peak = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return time.perf_counter() - began, int(peak) / KIBIBYTES_A_MEBIBYTE


if __name__ == "__main__":
    run_program(Run(stack=sys.argv[1]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
