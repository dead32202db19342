"""Outputs as plain values, for tests of what is computed and not of what is registered."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pulumi


def value_of(build: Callable[[], pulumi.Output[Any]]) -> Any:
    """The value of the output that `build` makes, inside a loop as Pulumi itself would."""

    async def wait() -> Any:
        return await build().future()

    return asyncio.run(wait())


def document_of(build: Callable[[], pulumi.Output[str]]) -> dict[str, Any]:
    """The content of a JSON document."""
    return json.loads(value_of(build))
