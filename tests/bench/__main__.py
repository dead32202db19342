"""`python -m tests.bench [orders …]`: measures, and prints what should have been measured beside it.

What breaks says so in the table and on standard error, the rest is measured nevertheless. Ended by SIGTERM or Ctrl-C,
it prints what it has, and ends what it started.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType

from tests.bench import delivery, faults, hot_product, orders, policies, program, replica, stack
from tests.bench.figures import Report

MEASUREMENTS: dict[str, Callable[[Report], None]] = {
    "stack": stack.measure,
    "program": program.measure,
    "policies": policies.measure,
    "orders": orders.measure,
    "hot-product": hot_product.measure,
    "replica": replica.measure,
    "faults": faults.measure,
    "delivery": delivery.measure,
}


def main() -> int:
    """All measurements, or those that the arguments name; 1 when one of them broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *MEASUREMENTS], metavar="only")
    names = parser.parse_args().only or list(MEASUREMENTS)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _end)
    report = Report()
    try:
        broken = [name for name in names if not _measured(name, report)]
    finally:
        report.print()
    return 1 if broken else 0


def _measured(name: str, report: Report) -> bool:
    began = time.monotonic()
    report.begin(name)
    try:
        MEASUREMENTS[name](report)
    except Exception as error:
        traceback.print_exc()
        report.broke(error)
        return False
    finally:
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return True


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Unwinds the stack: what was started is ended on the way."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
