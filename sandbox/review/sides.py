"""Both graphs, each made in a process of its own, at the same time."""

import os
import secrets
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.review.collect import KEY_VARIABLE
from sandbox.review.graph import GRAPH, Graph
from sandbox.review.revision import Side
from sandbox.workspace import CHECKOUT

POLICIES = "policies"


def both(base: Side, head: Side, stack: str) -> tuple[Graph, Graph]:
    """The graphs of a stack on both sides, judged by the head's policies; the head's also by the base's, if others."""
    key = secrets.token_hex(32)
    packs = [side.folder / POLICIES for side in (head, base)]
    standing = [pack for pack in packs if (pack / "PulumiPolicy.yaml").exists()]
    others = standing if len(standing) == 2 and _content(packs[0]) != _content(packs[1]) else standing[:1]
    with ThreadPoolExecutor(max_workers=2) as pool:
        before = pool.submit(graph, base, stack, standing[:1], key)
        after = pool.submit(graph, head, stack, others, key)
        return before.result(), after.result()


def graph(side: Side, stack: str, packs: Sequence[Path], key: str) -> Graph:
    with TemporaryDirectory() as folder:
        output = Path(folder) / "graph.json"
        command = [side.python, "-m", "sandbox.review.collect", "--folder", side.folder, "--stack", stack]
        command += ["--output", output, *(word for pack in packs for word in ("--pack", pack))]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            command, cwd=CHECKOUT, env=environment | {KEY_VARIABLE: key}, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode or not output.exists():
            said = done.stderr.strip().splitlines()[-1:] or [f"it ended with status {done.returncode}"]
            return Graph(failure=f"the program ended its process: {said[0]}")
        return GRAPH.validate_json(output.read_bytes())


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.suffix in (".py", ".json", ".yaml"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
