"""A state folder of parts that ends with its test."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.parts.part import Health, Part
from sandbox.parts.registry import Parts

DEADLINE_SECONDS = 60


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """The parts of a state folder; whatever a test leaves is ended."""
    parts = Parts(tmp_path)
    yield parts
    for part in parts.all():
        parts.remove(part.record.name)


@pytest.fixture
def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def kill() -> Callable[[Part], None]:
    """Ends a part's process as a crash would."""

    def kill_part(part: Part) -> None:
        pid = part.record.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: part.health() is Health.DEAD)

    return kill_part


@pytest.fixture
def listening() -> Callable[[Part], set[str]]:
    """The addresses that a part and its children listen on."""

    def addresses(part: Part) -> set[str]:
        process = part.process()
        assert process is not None
        family = [process, *process.children(recursive=True)]
        return {address.removeprefix("::ffff:") for member in family for address in _listening(member)}

    return addresses


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits for a condition, with an end."""
    return wait_until


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{condition} did not come true within {DEADLINE_SECONDS} s"
        time.sleep(0.02)


def _listening(process: psutil.Process) -> list[str]:
    try:
        connections = process.net_connections("inet")
    except psutil.NoSuchProcess:
        return []
    return [connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN]
