"""The service as the platform runs it: one process a role, told everything by its environment."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

HOST = "127.0.0.1"
CHECKOUT = Path(__file__).parent.parent.parent
POLL_SECONDS = 0.02


def wait_until(reached: Callable[[], object], *, seconds: float = 120, what: str = "the condition") -> None:
    """Returns when `reached()` is true; AssertionError when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"{what} was not reached in {seconds} s"
        time.sleep(POLL_SECONDS)


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class ServiceProcess:
    """`python -m app <role>` of a checkout, its log in a file."""

    def __init__(self, role: str, environment: Mapping[str, str], folder: Path, *, checkout: Path = CHECKOUT) -> None:
        self.role = role
        self.port = free_port()
        self.log_file = folder / f"{role}-{self.port}.log"
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", role],
                cwd=checkout,
                env={**_inherited(), **environment, "HOST": HOST, "PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def wait_until_ready(self) -> ServiceProcess:
        """Returns when it says so; AssertionError with its log when it ends or never does."""
        try:
            wait_until(self._ready_or_ended, what=f"readiness of {self.role}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log_file.read_text()}") from None
        assert self.process.poll() is None, self.log_file.read_text()
        return self

    def log(self) -> list[dict[str, Any]]:
        """The lines that it wrote."""
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def kill(self) -> None:
        """As a crash does."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        """As the platform does: SIGTERM, and SIGKILL for what does not go; fine for what is gone."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def _ready_or_ended(self) -> bool:
        if self.process.poll() is not None:
            return True
        try:
            return httpx.get(f"{self.url}/health/ready", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
