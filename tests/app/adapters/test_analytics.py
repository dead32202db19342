import asyncio
from datetime import date

import pytest

from app.adapters.analytics import Analytics
from app.domain.events import EventType
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event

pytestmark = pytest.mark.parts

FIGURES = "SELECT day, product_id, orders, pairs, amount_cents, cancelled FROM order_analytics"


async def test_an_event_delivered_twice_counts_once(shop_database: ShopDatabase) -> None:
    analytics = Analytics(shop_database.adapter)
    events = [order_event(quantity=1), order_event(quantity=2)]
    await analytics.take([*events, events[0]])
    await analytics.take(events)
    assert [tuple(row) for row in await shop_database.run(FIGURES)] == [(date(2026, 1, 1), "jordan-1", 2, 3, 54_000, 0)]


async def test_a_cancellation_is_counted_beside_the_orders(shop_database: ShopDatabase) -> None:
    await Analytics(shop_database.adapter).take([order_event(quantity=2), order_event(EventType.ORDER_CANCELLED)])
    assert [tuple(row)[2:] for row in await shop_database.run(FIGURES)] == [(1, 2, 36_000, 1)]


async def test_one_batch_taken_by_two_consumers_at_once_counts_once(shop_database: ShopDatabase) -> None:
    analytics = Analytics(shop_database.adapter)
    events = [order_event() for _ in range(50)]
    await asyncio.gather(analytics.take(events), analytics.take(events[::-1]))
    assert await shop_database.value("SELECT sum(orders) FROM order_analytics") == 50
