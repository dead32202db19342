import asyncio
import secrets

import pytest

from app.adapters import rate_limit
from app.adapters.cache import Cache
from app.adapters.rate_limit import ValkeyRateLimiter
from app.settings import CacheSettings
from tests.app.adapters.test_cache import connected

NOWHERE = CacheSettings(cache_host="127.0.0.1", cache_port=1, cache_tls=False)


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit.time, "time", lambda: 1_800_000_015.5)


@pytest.mark.parts
@pytest.mark.usefixtures("minute")
async def test_replicas_count_together(cache_settings: CacheSettings) -> None:
    caches = [await connected(cache_settings), await connected(cache_settings)]
    replicas = [ValkeyRateLimiter(cache, requests_per_minute=10) for cache in caches]
    caller = secrets.token_hex(8)
    answers = await asyncio.gather(*(replicas[turn % 2].hit(caller) for turn in range(12)))
    assert sorted(answer.granted for answer in answers) == [False] * 2 + [True] * 10
    assert sorted(answer.remaining for answer in answers) == [0, 0, *range(10)]
    assert {(answer.limit, answer.reset_seconds) for answer in answers} == {(10, 45)}
    assert (await replicas[0].hit(secrets.token_hex(8))).remaining == 9
    for cache in caches:
        await cache.close()


@pytest.mark.parts
async def test_the_cache_is_told_neither_name_nor_address(cache_settings: CacheSettings) -> None:
    cache = await connected(cache_settings)
    await ValkeyRateLimiter(cache, requests_per_minute=10).hit("user:sarah_123")
    assert cache._client is not None
    _, keys = await cache._client.scan("0", match="*sarah*", count=10_000)
    assert keys == []
    await cache.close()


async def test_without_the_cache_a_replica_counts_alone() -> None:
    limiter = ValkeyRateLimiter(Cache(NOWHERE), requests_per_minute=3)
    answers = [await limiter.hit("user:sarah_123") for _ in range(4)]
    assert [answer.granted for answer in answers] == [True, True, True, False]
    assert [answer.remaining for answer in answers] == [2, 1, 0, 0]
    assert all(0 < answer.reset_seconds <= 60 for answer in answers)
    assert (await limiter.hit("user:other")).granted
