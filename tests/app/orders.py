"""Orders in the database, for the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.adapters.event_schemas import order_event
from app.adapters.postgres import PostgresOrderStore
from app.domain.events import OrderEvent
from app.domain.order import OrderRequest, Placement, new_order_id
from tests.app.conftest import ShopDatabase


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


async def told(shop: ShopDatabase) -> Sequence[OrderEvent]:
    """Every event of the outbox, oldest first."""
    rows = await shop.run("SELECT payload::text FROM outbox ORDER BY position")
    return [order_event(row["payload"].encode()) for row in rows]
