"""A project of one program over the test provider, and what an engine showed of it."""

import io
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from sandbox.display import Display
from sandbox.engine import Engine
from sandbox.project import Project
from sandbox.state.backend import Backend
from tests.conformance.engines import PASSPHRASE, SALT, write_program
from tests.conformance.provider import TestProvider
from tests.conformance.scenarios import HEADER


@dataclass
class Bench:
    folder: Path
    provider: TestProvider = field(default_factory=TestProvider)
    screen: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.write("Pulumi.yaml", "name: bench\nruntime: python\n")
        self.write("Pulumi.local.yaml", f"encryptionsalt: {SALT}\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def state(self) -> Path:
        return self.folder / "state/.pulumi/stacks/bench/local.json"

    def engine(self, program: str = "", *, stack: str = "local", **options) -> Engine:
        write_program(self.folder, HEADER + program)
        self.screen.truncate(0)
        return Engine(
            Project.load(self.folder),
            stack,
            Backend(folder=self.folder / "state", passphrase=PASSPHRASE),
            {"test": self.provider},
            watcher=Display(Console(file=self.screen, width=200)),
            **options,
        )
