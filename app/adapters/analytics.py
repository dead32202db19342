"""Daily figures in PostgreSQL, with the inbox that keeps a second delivery from counting."""

from __future__ import annotations

from collections.abc import Sequence

from app.adapters.database import Database
from app.domain.events import DeadLetter, OrderCreated

RECORD_EVENTS = """
    WITH event AS (
        SELECT DISTINCT ON (event_id) *
        FROM unnest($2::uuid[], $3::date[], $4::text[], $5::bigint[], $6::bigint[])
            AS given(event_id, day, product_id, pairs, amount_cents)
    ), fresh AS (
        INSERT INTO inbox (consumer, event_id)
        SELECT $1, event_id FROM event ORDER BY event_id
        ON CONFLICT DO NOTHING RETURNING event_id
    ), counted AS (
        INSERT INTO order_analytics AS figures (day, product_id, orders, pairs, amount_cents)
        SELECT day, product_id, count(*), sum(pairs), sum(amount_cents)
        FROM event JOIN fresh USING (event_id) GROUP BY day, product_id ORDER BY day, product_id
        ON CONFLICT (day, product_id) DO UPDATE SET
            orders = figures.orders + excluded.orders,
            pairs = figures.pairs + excluded.pairs,
            amount_cents = figures.amount_cents + excluded.amount_cents
    )
    SELECT count(*) FROM fresh
"""
KEEP_DEAD_LETTERS = """
    INSERT INTO dead_letters (consumer, partition_number, record_offset, record_key, record_value, reason, traceparent)
    SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::text[])
    ON CONFLICT DO NOTHING
"""


class PostgresAnalytics:
    """Events, figures and dead letters of one `consumer`, all in one transaction."""

    def __init__(self, database: Database, *, consumer: str) -> None:
        self._database = database
        self._consumer = consumer

    async def record(self, events: Sequence[OrderCreated], dead_letters: Sequence[DeadLetter]) -> int:
        """See `Analytics.record`."""
        async with self._database.connection() as connection, connection.transaction():
            if dead_letters:
                await connection.execute(KEEP_DEAD_LETTERS, self._consumer, *_dead_letter_columns(dead_letters))
            return await connection.fetchval(RECORD_EVENTS, self._consumer, *_event_columns(events))


def _event_columns(events: Sequence[OrderCreated]) -> tuple[list[object], ...]:
    return (
        [event.event_id for event in events],
        [event.day for event in events],
        [event.product_id for event in events],
        [event.pairs for event in events],
        [event.amount_cents for event in events],
    )


def _dead_letter_columns(letters: Sequence[DeadLetter]) -> tuple[list[object], ...]:
    return (
        [letter.partition for letter in letters],
        [letter.offset for letter in letters],
        [letter.key for letter in letters],
        [letter.value for letter in letters],
        [letter.reason for letter in letters],
        [letter.traceparent for letter in letters],
    )
