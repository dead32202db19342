"""The list of orders beside the orders: made of their events, and the same when it is made anew."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.adapters import order_list
from app.adapters.order_list import OrderListProjection, PostgresOrderList, rebuild
from app.adapters.payments import PaymentOpening, PostgresPaymentBook
from app.adapters.postgres import PostgresOrderStore
from app.adapters.reader import Reader
from app.domain.events import EventType, OrderEvent
from app.domain.order import CancelledBy, Order, OrderStatus, PaymentStatus
from app.domain.order_list import OrderQuery, OrderSort
from app.domain.payment import Step
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event
from tests.app.orders import placed, told

pytestmark = pytest.mark.parts

COLUMNS = """id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, payment_status, version,
    created_at, updated_at"""
ORDERS = f"SELECT {COLUMNS} FROM orders ORDER BY id"
LISTED = f"SELECT {COLUMNS} FROM order_list ORDER BY id"


async def project(shop: ShopDatabase, events: Sequence[OrderEvent]) -> None:
    await OrderListProjection(shop.adapter).take(events)


async def page(shop: ShopDatabase, **query: object) -> Sequence[Order]:
    found = await PostgresOrderList(Reader(shop.adapter)).page(OrderQuery(customer_id="sarah_123", **query))  # type: ignore[arg-type]
    return found.orders


async def eventful(shop: ShopDatabase) -> None:
    """Orders of which one was paid for, one was cancelled, one was not paid for and one was cancelled after that."""
    ids = await placed(shop, 5)
    opening, book = PaymentOpening(shop.adapter), PostgresPaymentBook(shop.adapter)
    store = PostgresOrderStore(shop.adapter, committed=lambda: None)
    await opening.take([event for event in await told(shop) if event.order_id in ids[:3]])
    payments = {payment.order_id: payment for payment in await book.due(charging=True)}
    await book.settle(payments[ids[0]], Step(status=PaymentStatus.AUTHORISED))
    await book.settle(replace(payments[ids[0]], status=PaymentStatus.AUTHORISED), Step(status=PaymentStatus.CAPTURED))
    await book.settle(payments[ids[1]], Step(status=PaymentStatus.FAILED, cancels_order=True))
    await book.settle(payments[ids[2]], Step(status=PaymentStatus.CAPTURED))
    await store.cancel(ids[2], CancelledBy.STAFF)
    await store.cancel(ids[3], CancelledBy.CUSTOMER)


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
async def test_whatever_the_order_and_number_of_its_events_the_list_is_what_the_orders_are(
    shop_database: ShopDatabase, seed: int | None
) -> None:
    await eventful(shop_database)
    events = [*await told(shop_database)]
    assert {event.type for event in events} == set(EventType)
    if seed is not None:
        chance = random.Random(seed)
        events = [*events, *chance.sample(events, len(events) // 2)]
        chance.shuffle(events)
    while events:
        await project(shop_database, events[:3])
        del events[:3]
    assert await shop_database.run(LISTED) == await shop_database.run(ORDERS)


async def test_made_anew_from_the_orders_the_list_is_the_same_as_from_the_events(
    shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_list, "REBUILD_BATCH_SIZE", 2)
    await eventful(shop_database)
    await project(shop_database, await told(shop_database))
    from_events = await shop_database.run(LISTED)
    await shop_database.run("TRUNCATE order_list")
    assert await rebuild(shop_database.adapter) == 3
    assert await shop_database.run(LISTED) == from_events


async def test_what_went_wrong_in_the_list_is_put_right(shop_database: ShopDatabase) -> None:
    await eventful(shop_database)
    await project(shop_database, await told(shop_database))
    await shop_database.run("UPDATE order_list SET status = 'cancelled', customer_id = 'max'")
    await rebuild(shop_database.adapter)
    assert await shop_database.run(LISTED) == await shop_database.run(ORDERS)


async def test_making_it_anew_overwrites_nothing_that_is_newer(shop_database: ShopDatabase) -> None:
    (order_id,) = await placed(shop_database, 1)
    await project(shop_database, [replace(order_event(EventType.ORDER_CANCELLED), order_id=order_id)])
    await rebuild(shop_database.adapter)
    assert await shop_database.value("SELECT status FROM order_list") == "cancelled"


async def test_making_it_anew_while_events_come_ends_at_what_the_orders_are(shop_database: ShopDatabase) -> None:
    await eventful(shop_database)
    events = await told(shop_database)
    both = (rebuild(shop_database.adapter), *(project(shop_database, [event]) for event in events))
    await asyncio.gather(*both)
    assert await shop_database.run(LISTED) == await shop_database.run(ORDERS)


async def test_an_event_that_did_not_tell_the_whole_order_changes_nothing(shop_database: ShopDatabase) -> None:
    created = order_event()
    await project(shop_database, [created])
    await project(
        shop_database, [replace(order_event(EventType.ORDER_CANCELLED), order_id=created.order_id, state=None)]
    )
    assert await shop_database.value("SELECT status FROM order_list") == "confirmed"


async def test_a_broken_row_is_refused_and_comes_again(shop_database: ShopDatabase) -> None:
    broken, sound = order_event(), order_event()
    with pytest.raises(Exception, match="invalid byte sequence"):
        await project(shop_database, [sound, replace(broken, customer_id="\0")])
    assert await shop_database.value("SELECT count(*) FROM inbox") == 0
    await project(shop_database, [sound])
    assert await shop_database.value("SELECT count(*) FROM order_list") == 1


@pytest.mark.parametrize("sort", list(OrderSort))
async def test_pages_followed_to_the_end_hold_every_order_of_the_customer_once(
    shop_database: ShopDatabase, sort: OrderSort
) -> None:
    ids = await placed(shop_database, 25)
    await placed(shop_database, 3, customer="max")
    await project(shop_database, await told(shop_database))
    reads = PostgresOrderList(Reader(shop_database.adapter))
    found, after = [], None
    while True:
        next_page = await reads.page(OrderQuery(customer_id="sarah_123", sort=sort, after=after, limit=4))
        found += [order.id for order in next_page.orders]
        if (after := next_page.next) is None:
            break
    assert found == (ids if sort is OrderSort.OLDEST_FIRST else ids[::-1])


async def test_orders_are_filtered_by_status_and_time(shop_database: ShopDatabase) -> None:
    first, second, third = await placed(shop_database, 3)
    await PostgresOrderStore(shop_database.adapter, committed=lambda: None).cancel(second, CancelledBy.CUSTOMER)
    await project(shop_database, await told(shop_database))
    await shop_database.run("UPDATE order_list SET created_at = created_at - interval '1 hour' WHERE id = $1", first)
    cancelled = await page(shop_database, statuses=frozenset({OrderStatus.CANCELLED}))
    moment = await shop_database.value("SELECT created_at FROM order_list WHERE id = $1", third)
    before = await page(shop_database, created_before=moment)
    since = await page(shop_database, created_from=moment, sort=OrderSort.OLDEST_FIRST)
    assert [order.id for order in cancelled] == [second]
    assert first in [order.id for order in before]
    assert third in [order.id for order in since]
    assert first not in [order.id for order in since]


async def test_a_page_is_read_by_its_index_and_not_by_sorting(shop_database: ShopDatabase) -> None:
    await placed(shop_database, 30)
    await rebuild(shop_database.adapter)
    plan = await shop_database.run(
        "EXPLAIN SELECT id FROM order_list WHERE customer_id = 'sarah_123' AND (created_at, id) < (now(), '') "
        "ORDER BY created_at DESC, id DESC LIMIT 5"
    )
    shown = "\n".join(row[0] for row in plan)
    assert "order_list_by_customer" in shown
    assert "Sort" not in shown
