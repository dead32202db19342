"""Parts that are modules of the sandbox, run by this Python."""

import sys
from pathlib import Path
from typing import ClassVar

from sandbox.parts.part import Part


class PythonModule(Part):
    """`python -m <module> --port N --state-dir PATH`, and a flag for each setting."""

    module: ClassVar[str]

    def command(self) -> list[str | Path]:
        record = self.record
        settings = [word for name, value in record.settings.items() for word in (f"--{name.replace('_', '-')}", value)]
        return [
            sys.executable,
            "-m",
            self.module,
            "--port",
            str(record.port),
            "--state-dir",
            self.state_dir(),
            *settings,
        ]

    def state_dir(self) -> Path:
        """Where the module keeps what it knows: the state folder that this part is in."""
        return self.folder.parent.parent
