import asyncio
from collections.abc import AsyncIterator

import pytest

from app.domain import watch
from app.domain.errors import Unavailable
from app.domain.order import Order
from app.domain.watch import OrderWatch
from tests.harness.memory import MemoryOrders, order


@pytest.fixture
def store() -> MemoryOrders:
    return MemoryOrders(orders={"a": order("a"), "b": order("b")})


@pytest.fixture
async def watching(store: MemoryOrders) -> AsyncIterator[OrderWatch]:
    watching = OrderWatch(store, interval_seconds=0.001)
    running = asyncio.create_task(watching.run())
    yield watching
    running.cancel()


async def test_everyone_who_follows_an_order_is_told_of_it_and_of_no_other(watching: OrderWatch) -> None:
    with watching.following("a") as first, watching.following("a") as second, watching.following("b") as other:
        told = [await asyncio.wait_for(news.get(), 60) for news in (first, second, other)]
    assert [found.id for found in told] == ["a", "a", "b"]


async def test_a_store_that_is_away_is_asked_again(watching: OrderWatch, store: MemoryOrders) -> None:
    store.away = True
    with watching.following("a") as news:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(news.get(), 0.05)
        store.away = False
        assert (await asyncio.wait_for(news.get(), 60)).id == "a"


async def test_a_look_that_fails_in_a_way_that_nobody_foresaw_ends_no_stream(
    watching: OrderWatch, store: MemoryOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def fail(_: object) -> list[Order]:
        failed.set()
        raise RuntimeError("nobody foresaw this")

    with monkeypatch.context() as broken:
        broken.setattr(store, "find_many", fail)
        with watching.following("a"):
            await asyncio.wait_for(failed.wait(), 60)
    with watching.following("a") as news:
        assert (await asyncio.wait_for(news.get(), 60)).id == "a"


async def test_while_too_many_follow_the_next_is_refused(watching: OrderWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "WATCHERS_MAX", 1)
    with watching.following("a"):
        with pytest.raises(Unavailable) as refusal:
            watching.require_room()
        assert refusal.value.retry_after_seconds == 1
    watching.require_room()
