"""The two engines behind one face: each runs a scenario's commands in a folder of its own."""

import io
import json
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from rich.console import Console

from sandbox.display import Display
from sandbox.engine import Engine
from sandbox.project import Project
from sandbox.state.backend import Backend
from sandbox.state.passphrase import Passphrase
from tests.conformance.observation import in_dependency_order, observe
from tests.conformance.provider import TestProvider, serve
from tests.conformance.scenarios import HEADER, Command, Run

CHECKOUT = Path(__file__).resolve().parents[2]
PASSPHRASE = "conformance"
SALT = "v1:tvp4+M0+OFs=:v1:ApYlD74jbWa/TYVA:z2GEr/nD6QsM6ZkHTHNY6yL8afx1uw=="
PROJECT = """name: conformance
runtime: {name: python, options: {toolchain: pip, virtualenv: VENV}}
"""
TIMEOUT_SECONDS = 60


def write_program(folder: Path, text: str) -> None:
    """Replace the project's program, and the bytecode of one as long that was written in the same second."""
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    (folder / "__main__.py").write_text(text, encoding="utf-8")


class ScenarioEngine(ABC):
    """Runs commands over a project in `folder`; the provider lives as long as the scenario."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.provider = TestProvider()
        (folder / "state").mkdir()
        (folder / "Pulumi.yaml").write_text(PROJECT.replace("VENV", str(CHECKOUT / ".venv")), encoding="utf-8")
        (folder / "Pulumi.local.yaml").write_text(f"encryptionsalt: {SALT}\n", encoding="utf-8")

    def run(self, run: Run) -> dict[str, Any]:
        write_program(self.folder, HEADER + run.program)
        for identity in run.lost:
            del self.provider.things[identity]
        for identity, value in run.drifted:
            self.provider.things[identity]["value"] = value
        succeeded, steps = self.carry_out(run.command)
        deployment = self.deployment()
        assert in_dependency_order(deployment)
        return observe(succeeded, steps, deployment, Passphrase(PASSPHRASE, SALT))

    @abstractmethod
    def carry_out(self, command: Command) -> tuple[bool, list[tuple[str, str]]]: ...

    def deployment(self) -> dict[str, Any]:
        path = self.folder / "state/.pulumi/stacks/conformance/local.json"
        return json.loads(path.read_bytes())["checkpoint"]["latest"] if path.exists() else {}

    def close(self) -> None:  # noqa: B027 - not every engine has something to end
        """Nothing of the scenario runs on."""


class BuiltInEngine(ScenarioEngine):
    def carry_out(self, command: Command) -> tuple[bool, list[tuple[str, str]]]:
        self.screen = io.StringIO()
        engine = Engine(
            Project.load(self.folder),
            "local",
            Backend(folder=self.folder / "state", passphrase=PASSPHRASE),
            {"test": self.provider},
            watcher=Display(Console(file=self.screen, width=200)),
        )
        summary = getattr(engine, command)()
        return summary.succeeded, [(operation, urn) for operation, urn in summary.steps]


class RealEngine(ScenarioEngine):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._server, port = serve(self.provider)
        self._environment = os.environ | {
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DEBUG_PROVIDERS": f"test:{port}",
            "PYTHONPATH": str(CHECKOUT),
        }
        self._pulumi("stack", "init", "local")

    def carry_out(self, command: Command) -> tuple[bool, list[tuple[str, str]]]:
        log = self.folder / "events.json"
        log.unlink(missing_ok=True)
        flags = [] if command is Command.PREVIEW else ["--yes", "--skip-preview"]
        if command in (Command.UP, Command.DESTROY):
            flags.append("--continue-on-error")
        result = self._pulumi(command, "--stack", "local", "--non-interactive", "--event-log", str(log), *flags)
        self.screen = result.stdout + result.stderr
        return result.returncode == 0, self._steps(log)

    def close(self) -> None:
        self._server.stop(None).wait()

    def _pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments], cwd=self.folder, env=self._environment, text=True, capture_output=True,
            timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip

    @staticmethod
    def _steps(log: Path) -> list[tuple[str, str]]:
        steps: list[tuple[str, str]] = []
        for line in log.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if "resourcePreEvent" in event:
                metadata = event["resourcePreEvent"]["metadata"]
                steps.append((metadata["op"], metadata["urn"]))
            elif "resOpFailedEvent" in event:
                metadata = event["resOpFailedEvent"]["metadata"]
                steps.remove((metadata["op"], metadata["urn"]))
        return steps
