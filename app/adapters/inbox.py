"""What keeps a second delivery from having a second effect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from app.adapters.database import Database
from app.domain.events import OrderEvent

CLAIM = """
    INSERT INTO inbox (consumer, event_id)
    SELECT $1, id FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS given ORDER BY id
    ON CONFLICT DO NOTHING RETURNING event_id::text
"""


@asynccontextmanager
async def new_to(
    subscriber: str, events: Sequence[OrderEvent], database: Database
) -> AsyncIterator[tuple[Any, Sequence[OrderEvent]]]:
    """A connection within a transaction, and those of `events` that `subscriber` has not taken; at its end it has."""
    async with database.connection() as connection, connection.transaction():
        claimed = {row["event_id"] for row in await connection.fetch(CLAIM, subscriber, [e.event_id for e in events])}
        fresh = {event.event_id: event for event in events if event.event_id in claimed}
        yield connection, list(fresh.values())
