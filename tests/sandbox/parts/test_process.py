"""Daemons."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from sandbox.parts import process


def start(tmp_path: Path, script: str) -> psutil.Process:
    return process.spawn(["sh", "-c", script], folder=tmp_path, log=tmp_path / "log", environment={"COLOUR": "red"})


def test_a_daemon_has_a_session_of_its_own_and_the_environment_given(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    daemon = start(tmp_path, "echo $COLOUR; sleep 60")
    assert os.getsid(daemon.pid) == daemon.pid
    eventually(lambda: (tmp_path / "log").read_text() == "red\n")
    process.end(daemon, stop_signal=signal.SIGTERM, grace_seconds=5)


def test_a_process_with_another_start_time_is_not_found(tmp_path: Path) -> None:
    daemon = start(tmp_path, "sleep 60")
    assert process.find(daemon.pid, daemon.create_time()) == daemon
    assert process.find(daemon.pid, daemon.create_time() - 1) is None
    process.end(daemon, stop_signal=signal.SIGTERM, grace_seconds=5)


def test_a_process_that_ended_is_not_found(tmp_path: Path) -> None:
    daemon = start(tmp_path, "sleep 60")
    create_time = daemon.create_time()
    process.end(daemon, stop_signal=signal.SIGTERM, grace_seconds=5)
    assert process.find(daemon.pid, create_time) is None


def test_children_end_with_a_daemon_that_ignores_the_signal(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    daemon = start(tmp_path, "trap '' TERM; sleep 60 & sleep 60")
    eventually(lambda: len(daemon.children()) == 2)
    family = [daemon, *daemon.children()]
    process.end(daemon, stop_signal=signal.SIGTERM, grace_seconds=0.1)
    assert not any(process.find(member.pid, member.create_time()) for member in family)
