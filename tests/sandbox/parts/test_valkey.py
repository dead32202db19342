"""The real Valkey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from glide import GlideClient, GlideClientConfiguration, NodeAddress

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts

pytestmark = pytest.mark.parts


async def client(part: Part) -> GlideClient:
    record = part.record
    return await GlideClient.create(GlideClientConfiguration([NodeAddress(record.host, record.port)]))


async def test_keys_survive_a_kill_and_a_stop(
    parts: Parts, free_port: int, kill: Callable[[Part], None], listening: Callable[[Part], set[str]]
) -> None:
    part = parts.create("valkey", "cache", preferred_port=free_port)
    assert listening(part) == {"127.0.0.1"}
    first = await client(part)
    await first.set("jordan-1", "kept")
    await first.close()
    kill(part)
    parts.start_all()
    part.stop()
    parts.start_all()
    second = await client(part)
    assert await second.get("jordan-1") == b"kept"
    await second.close()
