"""The local stack as its commands show it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts

CHECKOUT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 600


class LocalStack:
    """Runs `python -m sandbox …` on a state folder, as `make` does; no `pulumi` is on its PATH."""

    def __init__(self, state: Path, checkout: Path = CHECKOUT) -> None:
        self.state, self.checkout = state, checkout

    @property
    def parts(self) -> Parts:
        return Parts(self.state)

    def part(self, kind: str) -> Part:
        return next(part for part in self.parts.all() if part.record.kind == kind)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Starts a command and does not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox", *command],
            cwd=self.checkout,
            env={**os.environ, "FORTRESS_STATE_DIR": str(self.state), "PATH": _path_without_pulumi()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str, succeeds: bool = True) -> str:
        """Runs a command to its end; returns what it printed, both streams."""
        process = self.start(*command)
        try:
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        finally:
            process.kill()
        assert (process.returncode == 0) is succeeds, f"{command} ended with {process.returncode}:\n{output}"
        return output

    def outputs(self) -> dict[str, Any]:
        """What the program exports."""
        resources = json.loads(self.run("export"))["deployment"]["resources"]
        return next(resource for resource in resources if resource["type"] == "pulumi:pulumi:Stack")["outputs"]

    def processes(self) -> list[psutil.Process]:
        """Every process that carries the state folder in its command line or works inside it."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def end_by_force(self) -> None:
        """Kills whatever is left, by id."""
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            places = [*process.cmdline(), process.cwd()]
        except psutil.Error:
            return False
        return process.pid != os.getpid() and any(str(self.state) in place for place in places)


def eventually(condition: Callable[[], Any], *, within_seconds: float = 120) -> Any:
    """The first true value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + within_seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{condition} was not true within {within_seconds} s"
        time.sleep(0.05)
    return value


def _path_without_pulumi() -> str:
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not (Path(folder) / "pulumi").exists())
