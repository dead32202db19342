import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.lock import LockHeldError, exclusive

HOLD = "import sys; from pathlib import Path; from sandbox.lock import exclusive\n"
HOLD += "with exclusive(Path(sys.argv[1]), 'up'): print('held', flush=True); sys.stdin.read()"


def test_the_second_command_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    holder = _hold(tmp_path / "lock")
    with pytest.raises(LockHeldError, match=f"`make up` \\(process {holder.pid}, since .*\\) is changing this stack"):
        _take(tmp_path / "lock")
    holder.communicate()


def test_a_holder_killed_in_the_middle_leaves_the_lock_free(tmp_path: Path) -> None:
    holder = _hold(tmp_path / "lock")
    holder.kill()
    holder.communicate()
    _take(tmp_path / "lock")


def test_the_lock_is_free_again_after_a_command_that_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", "up"):
        raise ZeroDivisionError
    _take(tmp_path / "lock")


def _hold(path: Path) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def _take(path: Path) -> None:
    with exclusive(path, "down"):
        pass
