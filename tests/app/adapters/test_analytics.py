import asyncio
from datetime import date
from uuid import uuid4

import pytest

from app.adapters.analytics import PostgresAnalytics
from app.domain.events import DeadLetter, OrderCreated
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

FIGURES = "SELECT day, product_id, orders, pairs, amount_cents FROM order_analytics"


def sale(pairs: int = 1) -> OrderCreated:
    return OrderCreated(
        event_id=str(uuid4()),
        day=date(2026, 1, 1),
        product_id="jordan-1",
        pairs=pairs,
        amount_cents=pairs * 18_000,
    )


async def test_an_event_delivered_twice_counts_once(shop_database: ShopDatabase) -> None:
    analytics = PostgresAnalytics(shop_database.adapter, consumer="analytics")
    events = [sale(1), sale(2)]
    assert await analytics.record([*events, events[0]], []) == 2
    assert await analytics.record(events, []) == 0
    assert [tuple(row) for row in await shop_database.run(FIGURES)] == [(date(2026, 1, 1), "jordan-1", 2, 3, 54_000)]


async def test_one_batch_recorded_by_two_consumers_at_once_counts_once(shop_database: ShopDatabase) -> None:
    analytics = PostgresAnalytics(shop_database.adapter, consumer="analytics")
    events = [sale() for _ in range(50)]
    fresh = await asyncio.gather(analytics.record(events, []), analytics.record(events[::-1], []))
    assert sum(fresh) == 50
    assert await shop_database.value("SELECT sum(orders) FROM order_analytics") == 50


async def test_what_cannot_be_understood_is_kept_once_with_its_reason(shop_database: ShopDatabase) -> None:
    analytics = PostgresAnalytics(shop_database.adapter, consumer="analytics")
    letter = DeadLetter(partition=1, offset=7, key=b"k", value=b"{", reason="no JSON", traceparent="00-a-b-01")
    await analytics.record([], [letter])
    await analytics.record([], [letter])
    (kept,) = await shop_database.run("SELECT record_offset, record_value, reason, traceparent FROM dead_letters")
    assert tuple(kept) == (7, b"{", "no JSON", "00-a-b-01")
