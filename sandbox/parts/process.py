"""Daemons, known by process id and start time so that a reused id is never taken for one of ours."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

POLL_SECONDS = 0.01
KILL_SECONDS = 5

_started: list[subprocess.Popen[bytes]] = []
"""Kept for as long as this program runs: the parent of a daemon has to reap it when it ends."""


def spawn(command: Sequence[str | Path], *, folder: Path, log: Path, environment: Mapping[str, str]) -> psutil.Process:
    """Start `command` in a session of its own, its output appended to `log`."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
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
    """The living process with this id and start time (seconds since the epoch), or None.

    A killed one lives, and holds its ports, until the last of its threads is gone.
    """
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid) if pid else None
        if process is None or process.create_time() != create_time:
            return None
        if process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1:
            return process
    return None


def listening_ports(process: psutil.Process) -> set[int]:
    """The TCP ports that `process` and its children listen on."""
    ports: set[int] = set()
    with suppress(psutil.NoSuchProcess):
        for member in [process, *process.children(recursive=True)]:
            connections = member.net_connections("tcp")
            ports |= {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
    return ports


def end(process: psutil.Process, *, stop_signal: signal.Signals, grace_seconds: float) -> None:
    """Ask `process` to end, then kill what is left of it and its children."""
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        process.send_signal(stop_signal)
        wait([process], grace_seconds)
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        wait(family, KILL_SECONDS)
    for child in _started:
        child.poll()


def wait(processes: Sequence[psutil.Process], timeout_seconds: float) -> bool:
    """Whether none of them runs in the end; one that only waits to be reaped, perhaps by nobody, does not run."""
    deadline = time.monotonic() + timeout_seconds
    while any(find(process.pid, process.create_time()) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
