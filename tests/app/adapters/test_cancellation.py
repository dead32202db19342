"""Cancelling on the real database: stock, order and event together or not at all."""

import asyncio
import json

import pytest

from app.adapters.postgres import PostgresOrderStore
from app.domain.order import CancelledBy, OrderRequest, OrderStatus, Placement, new_order_id
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts
EVENTS = "SELECT payload::text FROM outbox WHERE event_type = 'order.cancelled'"


def store_of(shop: ShopDatabase) -> PostgresOrderStore:
    return PostgresOrderStore(shop.adapter, committed=lambda: None)


async def new_order(shop: ShopDatabase, *, quantity: int = 2) -> str:
    request = OrderRequest(product_id="jordan-1", size=9, quantity=quantity)
    wish = Placement(order_id=new_order_id(), customer_id="sarah_123", request=request, idempotency_key=None)
    return (await store_of(shop).place(wish)).order_id


async def test_a_cancelled_order_returns_its_pairs_and_tells_of_it(shop_database: ShopDatabase) -> None:
    before = await shop_database.left()
    order_id = await new_order(shop_database)
    order = await store_of(shop_database).cancel(order_id, CancelledBy.STAFF)
    assert order is not None
    assert (order.status, order.version) == (OrderStatus.CANCELLED, 2)
    assert order.updated_at > order.created_at
    assert await shop_database.left() == before
    (row,) = await shop_database.run(EVENTS)
    event = json.loads(row["payload"])
    assert (event["type"], event["subject"], event["dataschema"]) == ("order.cancelled", order_id, "order.cancelled/1")
    assert (event["data"]["status"], event["data"]["quantity"], event["data"]["cancelled_by"]) == (
        "cancelled",
        2,
        "staff",
    )


async def test_cancelled_many_times_at_once_its_pairs_return_once(shop_database: ShopDatabase) -> None:
    before = await shop_database.left()
    order_id = await new_order(shop_database)
    replicas = [store_of(shop_database) for _ in range(3)]
    orders = await asyncio.gather(*(replicas[n % 3].cancel(order_id, CancelledBy.CUSTOMER) for n in range(20)))
    assert {order and order.version for order in orders} == {2}
    assert await shop_database.left() == before
    assert len(await shop_database.run(EVENTS)) == 1


async def test_an_order_that_does_not_exist_is_not_cancelled(shop_database: ShopDatabase) -> None:
    assert await store_of(shop_database).cancel(new_order_id(), CancelledBy.CUSTOMER) is None
    assert await shop_database.run(EVENTS) == []


async def test_an_event_that_cannot_be_written_leaves_order_and_stock_as_they_were(
    shop_database: ShopDatabase,
) -> None:
    order_id = await new_order(shop_database)
    before = await shop_database.left()
    await shop_database.run("ALTER TABLE outbox ADD CONSTRAINT no_more CHECK (event_type <> 'order.cancelled')")
    with pytest.raises(Exception, match="no_more"):
        await store_of(shop_database).cancel(order_id, CancelledBy.CUSTOMER)
    order = await store_of(shop_database).find(order_id)
    assert order is not None
    assert (order.status, await shop_database.left()) == (OrderStatus.CONFIRMED, before)


async def test_pairs_that_were_returned_are_sold_again_and_never_twice(shop_database: ShopDatabase) -> None:
    await shop_database.stock(4)
    ids = [await new_order(shop_database) for _ in range(2)]
    buying = [new_order(shop_database, quantity=1) for _ in range(10)]
    cancelling = [store_of(shop_database).cancel(order_id, CancelledBy.CUSTOMER) for order_id in ids]
    await asyncio.gather(*buying, *cancelling)
    sold = await shop_database.value("SELECT coalesce(sum(quantity), 0)::int FROM orders WHERE status = 'confirmed'")
    assert sold + await shop_database.left() == 4
