"""Runs the whole program of a stack from the configuration file that ships."""

import json
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.infra.recorder import Graph, record

CHECKOUT = Path(__file__).resolve().parents[2]
STACKS = ("local", "dev", "prod")
IMAGE_DIGEST = f"sha256:{'ab' * 32}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """Which stack, with or without a workload, for real or in preview."""

    stack: str
    with_workload: bool = True
    preview: bool = False

    def __str__(self) -> str:
        words = [self.stack, "with workload" if self.with_workload else "platform only"]
        return ", ".join([*words, "preview"] if self.preview else words)


WHOLE_STACKS = [Run(stack=stack) for stack in STACKS]
PLATFORM_ONLY = Run(stack="dev", with_workload=False)
"""As the first `up` into an empty account: no image yet, and nobody delegates to the zone yet."""
RUNS = [*WHOLE_STACKS, *(Run(stack=stack, preview=True) for stack in STACKS), PLATFORM_ONLY]


def stack_values(stack: str) -> dict[str, Any]:
    """The stack's configuration as its file has it, without the project's prefix."""
    content = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix("fortress:"): value for key, value in content.items() if key.startswith("fortress:")}


def as_pulumi_hands_over(values: Mapping[str, Any]) -> dict[str, str]:
    """Text as it is, everything else as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def run_program(run: Run, graph: Graph | None = None) -> Graph:
    """Everything that the stack registers. A workload needs a zone that is delegated."""
    values = stack_values(run.stack)
    if run.with_workload:
        values["image_digest"] = IMAGE_DIGEST
        values["domain"] = {**values["domain"], "delegated": True}
    config = {f"fortress:{key}": value for key, value in as_pulumi_hands_over(values).items()}

    def main() -> None:
        runpy.run_path(str(CHECKOUT / "infra" / "__main__.py"), run_name="__main__")

    return record(main, config=config, stack=run.stack, preview=run.preview, graph=graph)
