"""Running programs that refuse root."""

from __future__ import annotations

import os
import subprocess

import pytest

from sandbox.parts import unprivileged

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")


@as_root
@pytest.mark.parametrize("prefix", [unprivileged.NAMESPACE, unprivileged.OTHER_USER], ids=["namespace", "other user"])
def test_root_becomes_nobody_and_still_passes_through_private_folders(prefix: list[str], tmp_path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "file").write_text("read")
    script = f"id -u; cat {tmp_path / 'file'}"
    finished = subprocess.run([*prefix, "sh", "-c", script], capture_output=True, text=True, check=False)
    assert finished.stdout == "65534\nread", finished.stderr


def test_an_ordinary_user_runs_the_command_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    unprivileged._prefix.cache_clear()
    assert unprivileged.unprivileged(["postgres"]) == ["postgres"]
    unprivileged._prefix.cache_clear()
