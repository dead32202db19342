"""What the warehouse is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from app.adapters.database import Database
from app.adapters.inbox import new_to
from app.domain.events import EventType, OrderEvent, orders_and_cancelled

REQUEST = """
    INSERT INTO shipments (order_id, product_id, size, quantity, status)
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[])
    ON CONFLICT (order_id) DO NOTHING
"""
RECALL = "UPDATE shipments SET status = 'recalled', updated_at = now() WHERE order_id = ANY($1::text[])"


class Shipping:
    """One shipment an order; recalled when the order is cancelled, whichever of the two is heard of first."""

    name = "shipping"
    interests = frozenset({EventType.ORDER_CREATED, EventType.ORDER_CANCELLED})

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        async with new_to(self.name, events, self._database) as (connection, fresh):
            orders, cancelled = orders_and_cancelled(fresh)
            await connection.execute(
                REQUEST,
                [event.order_id for event in orders],
                [event.product_id for event in orders],
                [event.size for event in orders],
                [event.quantity for event in orders],
                ["recalled" if event.order_id in cancelled else "requested" for event in orders],
            )
            await connection.execute(RECALL, cancelled)
