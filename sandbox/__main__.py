"""`python -m sandbox <command>`, which is what the Makefile runs."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from sandbox.ending import end_at_once
from sandbox.errors import SandboxError
from sandbox.stack import STACK
from sandbox.workspace import Workspace

COMMANDS = (
    *("up", "preview", "stop", "down", "status", "logs", "url", "token", "order", "dlq", "export", "env"),
    *("release", "deploy", "promote", "abort", "undo", "rollout", "contract"),
    *("cluster", "cluster-down", "diff", "preflight"),
)
INTERRUPTED_STATUS = 130


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit status. What the user can act on is one message, never a traceback."""
    chosen = vars(_parser().parse_args(arguments))
    command = import_module(f"sandbox.commands.{chosen.pop('command').replace('-', '_')}")
    try:
        return command.run(Workspace.here(), **chosen) or 0
    except KeyboardInterrupt:
        print("\ninterrupted: the next `make up` goes on from the recorded state", file=sys.stderr)
        return INTERRUPTED_STATUS
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The local stack of Fortress.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {name: commands.add_parser(name) for name in COMMANDS}
    parsers["preview"].add_argument("--stack", default=STACK)
    parsers["up"].add_argument("--replace", default="", help="names of what may lose its state, by spaces")
    parsers["logs"].add_argument("name", nargs="?")
    parsers["dlq"].add_argument("--replay", action="store_true")
    for name in ("release", "deploy"):
        parsers[name].add_argument("--version", required=True)
    parsers["release"].add_argument("--fault", default="")
    for name in ("deploy", "undo"):
        parsers[name].add_argument("--traffic", type=int, default=argparse.SUPPRESS)
    parsers["contract"].add_argument("--to", required=True)
    parsers["promote"].add_argument("--full", action="store_true")
    parsers["cluster"].add_argument("--context", help="of the kubeconfig; left out, this machine's own cluster")
    parsers["cluster"].add_argument("--prometheus", help="URL that the rollout controller of that cluster can ask")
    for name in ("diff", "preflight"):
        parsers[name].add_argument("--stack", default=STACK)
    parsers["diff"].add_argument("--base", default="main")
    parsers["diff"].add_argument("--format", choices=("terminal", "markdown", "json"), default="terminal")
    parsers["diff"].add_argument("--output", help="a file for the comparison as JSON")
    return parser


if __name__ == "__main__":
    end_at_once(main(sys.argv[1:]))
