import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROGRAM = """
import atexit, sys
from sandbox.ending import end_at_once
atexit.register(print, "taken apart")
print("said")
print("complained", file=sys.stderr)
end_at_once({status})
"""


@pytest.mark.parametrize("status", [0, 3])
def test_what_was_said_is_out_and_nothing_is_taken_apart(status: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(status=status)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (status, "said\n", "complained\n")
