"""What the events say is reserved, beside what the stock says is left."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from app.adapters.database import Database
from app.adapters.inbox import new_to
from app.domain.events import EventType, OrderEvent

FORGET_INTERVAL_SECONDS = 1.0
MOVE = """
    INSERT INTO reserved_pairs AS kept (product_id, size, pairs)
    SELECT product_id, size, sum(pairs)
    FROM unnest($1::text[], $2::int[], $3::bigint[]) AS given(product_id, size, pairs)
    GROUP BY product_id, size ORDER BY product_id, size
    ON CONFLICT (product_id, size) DO UPDATE SET pairs = kept.pairs + excluded.pairs
"""


class InventoryProjection:
    """Pairs in confirmed orders by product and size; a change makes the catalogue forget, at most once a second."""

    name = "inventory"
    interests = frozenset({EventType.ORDER_CREATED, EventType.ORDER_CANCELLED})

    def __init__(self, database: Database, *, forget_products: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._forget_products = forget_products
        self._forgot_at = -float("inf")

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        async with new_to(self.name, events, self._database) as (connection, fresh):
            await connection.execute(
                MOVE,
                [event.product_id for event in fresh],
                [event.size for event in fresh],
                [event.quantity if event.type is EventType.ORDER_CREATED else -event.quantity for event in fresh],
            )
        if fresh and time.monotonic() - self._forgot_at >= FORGET_INTERVAL_SECONDS:
            self._forgot_at = time.monotonic()
            await self._forget_products()
