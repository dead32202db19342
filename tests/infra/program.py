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
    """Which stack, with or without a workload, on Auto Mode's nodes or on its own, for real or in preview."""

    stack: str
    with_workload: bool = True
    managed_nodes: bool = False
    preview: bool = False

    def __str__(self) -> str:
        words = [self.stack, "with workload" if self.with_workload else "platform only"]
        words += ["managed nodes"] * self.managed_nodes + ["preview"] * self.preview
        return ", ".join(words)


WHOLE_STACKS = [Run(stack=stack) for stack in STACKS]
PLATFORM_ONLY = Run(stack="dev", with_workload=False)
"""As the first `up` into an empty account: no image yet, and nobody delegates to the zone yet."""
MANAGED = Run(stack="dev", managed_nodes=True)
"""As `dev` would be on nodes that it declares itself."""
RUNS = [*WHOLE_STACKS, *(Run(stack=stack, preview=True) for stack in STACKS), PLATFORM_ONLY, MANAGED]
MANAGED_NODES = {
    "ami_type": "AL2023_ARM_64_STANDARD",
    "instance_types": ["m7g.large", "m6g.large"],
    "capacity_type": "SPOT",
    "least_nodes": 2,
    "first_nodes": 3,
    "most_nodes": 6,
    "most_unavailable_percent": 33,
    "volume_gib": 50,
}


def stack_values(stack: str) -> dict[str, Any]:
    """The stack's configuration as its file has it, without the project's prefix."""
    content = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix("fortress:"): value for key, value in content.items() if key.startswith("fortress:")}


def on_managed_nodes(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same stack with nodes of its own."""
    return {
        **values,
        "cluster": {**values["cluster"], "managed_nodes": MANAGED_NODES},
        "savings": {**values["savings"], "spot_nodes": False},
    }


def as_pulumi_hands_over(values: Mapping[str, Any]) -> dict[str, str]:
    """Text as it is, everything else as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def run_program(run: Run, graph: Graph | None = None) -> Graph:
    """Everything that the stack registers. A workload needs a zone that is delegated."""
    values = stack_values(run.stack)
    if run.with_workload:
        values["image_digest"] = IMAGE_DIGEST
        values["domain"] = {**values["domain"], "delegated": True}
    if run.managed_nodes:
        values = on_managed_nodes(values)
    config = {f"fortress:{key}": value for key, value in as_pulumi_hands_over(values).items()}

    def main() -> None:
        runpy.run_path(str(CHECKOUT / "infra" / "__main__.py"), run_name="__main__")

    return record(main, config=config, stack=run.stack, preview=run.preview, graph=graph)
