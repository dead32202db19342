"""Daemons, known by process id and start time so that a reused id is never taken for one of ours."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

_started: list[subprocess.Popen[bytes]] = []
"""Kept for as long as this program runs: the parent of a daemon has to reap it when it ends."""


def spawn(command: Sequence[str | Path], *, folder: Path, log: Path, environment: Mapping[str, str]) -> psutil.Process:
    """Start `command` in a session of its own, its output appended to `log`."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(argument) for argument in command],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started.append(child)
    return psutil.Process(child.pid)


def find(pid: int | None, create_time: float | None) -> psutil.Process | None:
    """The living process with this id and start time (seconds since the epoch), or None."""
    try:
        process = psutil.Process(pid) if pid else None
        if process is None or process.create_time() != create_time or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def end(process: psutil.Process, *, stop_signal: signal.Signals, grace_seconds: float) -> None:
    """Ask `process` to end, then kill what is left of it and its children."""
    try:
        family = [process, *process.children(recursive=True)]
        process.send_signal(stop_signal)
    except psutil.NoSuchProcess:
        return
    psutil.wait_procs([process], timeout=grace_seconds)
    kill(family)


def kill(processes: Sequence[psutil.Process]) -> None:
    """Kill those of `processes` that still run; returns when they are gone."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=5)


def left_in_session(leader_pid: int) -> list[psutil.Process]:
    """Processes of the session whose leader, once `leader_pid`, is gone.

    The system does not give an id to a new process while a session carries it.
    """
    if psutil.pid_exists(leader_pid):
        return []
    return [process for process in psutil.process_iter() if _session(process.pid) == leader_pid]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
