"""Prometheus' own tool, which comes with Prometheus: it judges rules and configuration as the server would."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.parts import prometheus
from sandbox.parts.part import PartError


def promtool(*arguments: str | Path, folder: Path) -> str:
    """What it says; fails the test with that where it finds fault, and skips it where there is no Prometheus."""
    try:
        beside = prometheus.find().with_name("promtool")
    except PartError as error:
        pytest.skip(str(error))
    tool = shutil.which("promtool") or str(beside)
    if not Path(tool).exists():
        pytest.skip(f"{beside.parent} has prometheus and no promtool")
    done = subprocess.run([tool, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
