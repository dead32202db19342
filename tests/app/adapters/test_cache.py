import asyncio
import secrets

import pytest

from app.adapters.cache import Cache
from app.settings import CacheSettings
from sandbox.parts.registry import Parts


async def connected(settings: CacheSettings) -> Cache:
    store = Cache(settings)
    store.open()
    assert store._connecting is not None
    await asyncio.wait_for(asyncio.shield(store._connecting), 60)
    return store


async def test_before_it_is_reached_nothing_is_found_and_nothing_counted() -> None:
    store = Cache(CacheSettings(cache_host="127.0.0.1", cache_port=1, cache_tls=False))
    assert (await store.get("k"), await store.count(["k"], seconds=1)) == (None, None)


@pytest.mark.parts
async def test_keys_are_counted_together_and_each_for_itself(cache_settings: CacheSettings) -> None:
    store = await connected(cache_settings)
    often, once = secrets.token_hex(8), secrets.token_hex(8)
    assert await store.count([often, once, often], seconds=60) == [1, 1, 2]
    assert await store.count([often], seconds=60) == [3]
    await store.forget(often)
    assert await store.get(often) is None
    await store.close()


@pytest.mark.parts
async def test_a_dead_cache_is_asked_only_now_and_then(parts: Parts, first_port: int) -> None:
    part = parts.create("valkey", "dead", preferred_port=first_port)
    store = await connected(CacheSettings(cache_host=part.record.host, cache_port=part.record.port, cache_tls=False))
    part.stop()
    async with asyncio.timeout(60):
        while not store._guard.open:
            assert await store.get("k") is None
    assert await store.get("k") is None
    await store.close()
