import asyncio

import pytest

from app.adapters import cache
from app.adapters.cache import Cache, CachedProducts
from app.domain.errors import Unavailable
from app.settings import CacheSettings
from sandbox.parts.registry import Parts
from tests.harness.memory import JORDAN, MemoryProducts

NOWHERE = CacheSettings(cache_host="127.0.0.1", cache_port=1, cache_tls=False)


async def connected(settings: CacheSettings) -> Cache:
    store = Cache(settings)
    store.open()
    assert store._connecting is not None
    await asyncio.wait_for(asyncio.shield(store._connecting), 10)
    return store


async def test_without_a_cache_products_come_from_their_source() -> None:
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    assert await products.products() == [JORDAN] or await products.products() == (JORDAN,)


async def test_readers_who_arrive_together_cost_one_read() -> None:
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    await asyncio.gather(*(products.products() for _ in range(50)))
    assert source.reads == 1


async def test_with_cache_and_source_away_the_last_known_products_are_told() -> None:
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    known = await products.products()
    source.away = True
    assert await products.products() == known


async def test_with_nothing_known_the_catalogue_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await CachedProducts(MemoryProducts(away=True), Cache(NOWHERE)).products()


def test_lifetimes_differ_so_that_replicas_do_not_ask_together() -> None:
    lifetimes = {cache._jittered_milliseconds() for _ in range(100)}
    assert len(lifetimes) > 10
    assert all(3_000 <= lifetime < 5_000 for lifetime in lifetimes)


@pytest.mark.parts
async def test_what_one_replica_read_the_next_one_finds(cache_settings: CacheSettings) -> None:
    first, second = await connected(cache_settings), await connected(cache_settings)
    source, spare = MemoryProducts(), MemoryProducts(away=True)
    told = await CachedProducts(source, first).products()
    assert list(await CachedProducts(spare, second).products()) == list(told)
    assert spare.reads == 0
    await first.close()
    await second.close()


@pytest.mark.parts
async def test_a_cache_that_dies_and_returns_is_survived(parts: Parts, first_port: int) -> None:
    part = parts.create("valkey", "mortal", preferred_port=first_port)
    settings = CacheSettings(cache_host=part.record.host, cache_port=part.record.port, cache_tls=False)
    store = await connected(settings)
    await store.put("k", b"v", milliseconds=60_000)
    assert await store.get("k") == b"v"
    part.stop()
    source = MemoryProducts()
    assert list(await CachedProducts(source, store).products()) == [JORDAN]
    assert source.reads == 1
    part.start()
    async with asyncio.timeout(20):
        while await store.get("k") is None:
            await store.put("k", b"v", milliseconds=60_000)
    await store.close()
