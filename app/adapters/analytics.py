"""Daily figures in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from app.adapters.database import Database
from app.adapters.inbox import new_to
from app.domain.events import EventType, OrderEvent

COUNT = """
    INSERT INTO order_analytics AS figures (day, product_id, orders, pairs, amount_cents, cancelled)
    SELECT day, product_id, sum(1 - cancelled), sum(pairs * (1 - cancelled)), sum(amount_cents * (1 - cancelled)),
        sum(cancelled)
    FROM unnest($1::date[], $2::text[], $3::bigint[], $4::bigint[], $5::int[])
        AS event(day, product_id, pairs, amount_cents, cancelled)
    GROUP BY day, product_id ORDER BY day, product_id
    ON CONFLICT (day, product_id) DO UPDATE SET
        orders = figures.orders + excluded.orders,
        pairs = figures.pairs + excluded.pairs,
        amount_cents = figures.amount_cents + excluded.amount_cents,
        cancelled = figures.cancelled + excluded.cancelled
"""


class Analytics:
    """Orders, pairs and turnover by day (in UTC) and product; cancellations count on the day they happen."""

    name = "analytics"
    interests = frozenset({EventType.ORDER_CREATED, EventType.ORDER_CANCELLED})

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        async with new_to(self.name, events, self._database) as (connection, fresh):
            await connection.execute(
                COUNT,
                [event.at.date() for event in fresh],
                [event.product_id for event in fresh],
                [event.quantity for event in fresh],
                [event.amount_cents for event in fresh],
                [int(event.type is EventType.ORDER_CANCELLED) for event in fresh],
            )
