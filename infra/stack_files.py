"""The stacks' committed configuration, `Pulumi.<stack>.yaml`, as it stands there."""

from pathlib import Path
from typing import Any

import yaml

from infra.config import PROJECT

CHECKOUT = Path(__file__).parent.parent


def stacks() -> list[str]:
    """Those that have a file."""
    return sorted(each.name.split(".")[1] for each in CHECKOUT.glob("Pulumi.*.yaml"))


def own_values(stack: str) -> dict[str, Any]:
    """What the file gives for the project's own keys, by key without the project's prefix."""
    values = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix(f"{PROJECT}:"): value for key, value in values.items() if key.startswith(f"{PROJECT}:")}
