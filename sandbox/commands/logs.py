"""`make logs`: the last lines of every part and pod."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.workspace import Workspace

LINES_OF_ALL = 10
LINES_OF_ONE = 200


def run(workspace: Workspace, name: str | None) -> None:
    """Prints the logs of all, or of those that have `name` in theirs."""
    logs = _logs(workspace.state)
    chosen = {key: path for key, path in logs.items() if name is None or name in key}
    if not chosen:
        raise SandboxError(f"nothing here is called '{name}'; there are: {', '.join(sorted(logs)) or 'no logs yet'}")
    for key, path in sorted(chosen.items()):
        print(f"==> {key} ({path}) <==")
        with path.open(errors="replace") as file:
            print("".join(deque(file, LINES_OF_ONE if name else LINES_OF_ALL)))


def _logs(state: Path) -> dict[str, Path]:
    parts = {path.parent.name: path for path in (state / "parts").glob("*/part.log")}
    return parts | {path.stem: path for path in (state / "cluster" / "pods").glob("*/*.log")}
