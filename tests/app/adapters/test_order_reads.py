import asyncio

import pytest

from app.adapters.order_reads import PostgresOrderReads
from app.adapters.postgres import PostgresOrderStore
from app.adapters.reader import Reader
from app.domain.order import CancelledBy, OrderRequest, OrderStatus, Placement, new_order_id
from app.domain.order_list import OrderQuery, OrderSort
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts


async def placed(shop: ShopDatabase, count: int, customer: str = "sarah_123") -> list[str]:
    """Ids of orders that were placed together, so that many share a moment; oldest first."""
    store = PostgresOrderStore(shop.adapter, committed=lambda: None)
    request = OrderRequest(product_id="jordan-1", size=9, quantity=1)
    wishes = [
        Placement(order_id=new_order_id(), customer_id=customer, request=request, idempotency_key=None)
        for _ in range(count)
    ]
    await asyncio.gather(*(store.place(wish) for wish in wishes))
    rows = await shop.run("SELECT id FROM orders WHERE customer_id = $1 ORDER BY created_at, id", customer)
    return [row["id"] for row in rows]


@pytest.mark.parametrize("sort", list(OrderSort))
async def test_pages_followed_to_the_end_hold_every_order_of_the_customer_once(
    shop_database: ShopDatabase, sort: OrderSort
) -> None:
    ids = await placed(shop_database, 25)
    await placed(shop_database, 3, customer="max")
    reads = PostgresOrderReads(Reader(shop_database.adapter))
    found, after = [], None
    while True:
        page = await reads.page(OrderQuery(customer_id="sarah_123", sort=sort, after=after, limit=4))
        found += [order.id for order in page.orders]
        if (after := page.next) is None:
            break
    assert found == (ids if sort is OrderSort.OLDEST_FIRST else ids[::-1])


async def test_orders_are_filtered_by_status_and_time(shop_database: ShopDatabase) -> None:
    first, second, third = await placed(shop_database, 3)
    await PostgresOrderStore(shop_database.adapter, committed=lambda: None).cancel(second, CancelledBy.CUSTOMER)
    await shop_database.run("UPDATE orders SET created_at = created_at - interval '1 hour' WHERE id = $1", first)
    reads = PostgresOrderReads(Reader(shop_database.adapter))
    cancelled = await reads.page(OrderQuery(customer_id="sarah_123", statuses=frozenset({OrderStatus.CANCELLED})))
    (moment,) = {order.created_at for order in await reads.find_many([third])}
    before = await reads.page(OrderQuery(customer_id="sarah_123", created_before=moment))
    since = await reads.page(OrderQuery(customer_id="sarah_123", created_from=moment, sort=OrderSort.OLDEST_FIRST))
    assert [order.id for order in cancelled.orders] == [second]
    assert first in [order.id for order in before.orders]
    assert third in [order.id for order in since.orders]
    assert first not in [order.id for order in since.orders]


async def test_a_page_is_read_by_its_index_and_not_by_sorting(shop_database: ShopDatabase) -> None:
    await placed(shop_database, 30)
    plan = await shop_database.run(
        "EXPLAIN SELECT id FROM orders WHERE customer_id = 'sarah_123' AND (created_at, id) < (now(), '') "
        "ORDER BY created_at DESC, id DESC LIMIT 5"
    )
    assert "orders_by_customer_and_time" in "\n".join(row[0] for row in plan)


async def test_orders_that_do_not_exist_are_left_out(shop_database: ShopDatabase) -> None:
    (known,) = await placed(shop_database, 1)
    found = await PostgresOrderReads(Reader(shop_database.adapter)).find_many([known, new_order_id()])
    assert [order.id for order in found] == [known]
