import asyncio
import json
from typing import Any

import pytest

from app.adapters import cached_products
from app.adapters.cache import Cache
from app.adapters.cached_products import PRODUCTS_KEY, CachedProducts, forget_products
from app.domain.errors import Unavailable
from app.settings import CacheSettings
from sandbox.parts.registry import Parts
from tests.app.adapters.test_cache import connected
from tests.harness.memory import JORDAN, MemoryProducts

NOWHERE = CacheSettings(cache_host="127.0.0.1", cache_port=1, cache_tls=False)


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_products, "MEMORY_SECONDS", 0)


@pytest.fixture
async def kept(cache_settings: CacheSettings) -> Any:
    store = await connected(cache_settings)
    await store.forget(PRODUCTS_KEY)
    yield store
    await store.close()


async def test_without_a_cache_products_come_from_their_source() -> None:
    assert list(await CachedProducts(MemoryProducts(), Cache(NOWHERE)).products()) == [JORDAN]


@pytest.mark.usefixtures("no_memory")
async def test_readers_who_arrive_together_cost_one_read() -> None:
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    await asyncio.gather(*(products.products() for _ in range(50)))
    assert source.reads == 1


async def test_a_dead_cache_leaves_the_source_a_few_reads_a_second_however_many_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached_products, "MEMORY_SECONDS", 60)
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    for _ in range(100):
        await products.products()
    assert source.reads == 1


@pytest.mark.usefixtures("no_memory")
async def test_with_cache_and_source_away_the_last_known_products_are_told() -> None:
    source = MemoryProducts()
    products = CachedProducts(source, Cache(NOWHERE))
    known = await products.products()
    source.away = True
    assert await products.products() == known


@pytest.mark.usefixtures("no_memory")
async def test_a_source_that_says_nothing_keeps_nobody_waiting_who_can_be_told_something() -> None:
    source, answers = MemoryProducts(), asyncio.Event()
    products = CachedProducts(source, Cache(NOWHERE))
    known = await products.products()
    read = source.products

    async def silent() -> Any:
        await answers.wait()
        return await read()

    source.products = silent  # type: ignore[method-assign]
    assert await products.products() == await products.products() == known
    answers.set()
    assert await products.products() == known
    assert source.reads == 2


async def test_with_nothing_known_the_catalogue_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await CachedProducts(MemoryProducts(away=True), Cache(NOWHERE)).products()


def test_lifetimes_differ_so_that_replicas_do_not_ask_together() -> None:
    lifetimes = {cached_products._jittered_seconds() for _ in range(100)}
    assert len(lifetimes) > 10
    assert all(3 <= lifetime <= 5 for lifetime in lifetimes)


@pytest.mark.parts
async def test_what_one_replica_read_the_next_one_finds(kept: Cache, cache_settings: CacheSettings) -> None:
    second = await connected(cache_settings)
    source, spare = MemoryProducts(), MemoryProducts(away=True)
    told = await CachedProducts(source, kept).products()
    assert list(await CachedProducts(spare, second).products()) == list(told)
    assert spare.reads == 0
    await second.close()


@pytest.mark.parts
async def test_a_new_replica_tells_what_the_cache_kept_while_the_source_is_away(kept: Cache) -> None:
    await CachedProducts(MemoryProducts(), kept).products()
    document = json.loads(await kept.get(PRODUCTS_KEY) or b"")
    await kept.put(PRODUCTS_KEY, json.dumps({**document, "fresh_until": 0}).encode(), milliseconds=60_000)
    source = MemoryProducts(away=True)
    assert list(await CachedProducts(source, kept).products()) == [JORDAN]
    assert source.reads == 1


@pytest.mark.parts
@pytest.mark.parametrize(
    "kept_before", [b"\xff", b"{}", b"[]", b'{"fresh_until": 9e9, "products": [{"id": "x"}]}', b"null"]
)
async def test_what_another_version_kept_is_asked_for_anew_and_written_over(kept: Cache, kept_before: bytes) -> None:
    await kept.put(PRODUCTS_KEY, kept_before, milliseconds=60_000)
    assert list(await CachedProducts(MemoryProducts(), kept).products()) == [JORDAN]
    assert list(await CachedProducts(MemoryProducts(away=True), kept).products()) == [JORDAN]


@pytest.mark.parts
@pytest.mark.usefixtures("no_memory")
async def test_what_was_forgotten_is_read_again(kept: Cache) -> None:
    source = MemoryProducts()
    products = CachedProducts(source, kept)
    await products.products()
    await products.products()
    assert source.reads == 1
    await forget_products(kept)
    await products.products()
    assert source.reads == 2


@pytest.mark.parts
@pytest.mark.usefixtures("no_memory")
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
    async with asyncio.timeout(60):
        while await store.get("k") is None:
            await store.put("k", b"v", milliseconds=60_000)
            await asyncio.sleep(0.05)
    await store.close()
