"""What the policy pack takes."""

from __future__ import annotations

from tests.bench.figures import Figure, Report
from tests.policies.bench import figures


def measure(report: Report) -> None:
    """The pack's own figures."""
    for name, measured, limit in figures():
        report.add(Figure(name=name, measured=measured, at_most=limit))
