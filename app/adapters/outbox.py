"""The outbox table, read by one relay at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg

from app.adapters.database import RETRY_AFTER_SECONDS, UNREACHABLE, Database
from app.adapters.tidying import Leftover
from app.domain.errors import Unavailable
from app.domain.events import OutboxEvent

CHANNEL = "outbox"
RELAY_LOCK = 7_304_002
BATCH_SIZE_MAX = 500
POLL_INTERVAL_SECONDS = 0.5
DOORBELL_INTERVAL_SECONDS = 0.02
UNPUBLISHED = """
    SELECT DISTINCT ON (order_id) position, event_id::text, event_type, order_id, payload::text, traceparent
    FROM (SELECT * FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT $1) AS oldest
    ORDER BY order_id, position
"""
MARK_PUBLISHED = "UPDATE outbox SET published_at = now() WHERE position = ANY($1::bigint[])"


class PostgresOutbox:
    """Holds one session of its own, with the relay's lock in it: the lock goes when the session does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: asyncpg.Connection | None = None
        self._leads = False
        self._rung = asyncio.Event()

    @property
    def leads(self) -> bool:
        """Whether this relay is the one that publishes."""
        return self._leads

    async def unpublished(self) -> Sequence[OutboxEvent]:
        """See `Outbox.unpublished`."""
        async with self._leading_session() as session:
            rows = [] if session is None else await session.fetch(UNPUBLISHED, BATCH_SIZE_MAX)
        return [OutboxEvent(**row) for row in rows]

    async def mark_published(self, positions: Sequence[int]) -> None:
        """See `Outbox.mark_published`."""
        async with self._leading_session() as session:
            if session is not None:
                await session.execute(MARK_PUBLISHED, list(positions))

    async def wait(self) -> None:
        """See `Outbox.wait`."""
        try:
            await asyncio.wait_for(self._rung.wait(), POLL_INTERVAL_SECONDS)
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    async def close(self) -> None:
        """Lets another relay take over at once."""
        if self._session is not None:
            self._session.terminate()

    @asynccontextmanager
    async def _leading_session(self) -> AsyncIterator[Any]:
        """The session while this relay leads, None while another one does."""
        try:
            if self._session is None or self._session.is_closed():
                self._leads = False
                self._session = await self._database.connect()
                await self._session.add_listener(CHANNEL, self._ring)
            if not self._leads:
                self._leads = bool(await self._session.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK))
            yield self._session if self._leads else None
        except UNREACHABLE as error:
            raise Unavailable("the outbox cannot be read", retry_after_seconds=RETRY_AFTER_SECONDS) from error

    def _ring(self, *_: object) -> None:
        self._rung.set()


class Doorbell:
    """Tells the relay that something was committed.

    Rung after the COMMIT and at most every 20 ms: a NOTIFY inside the transaction would make all commits of the
    database wait for each other. A ring that is lost costs the relay's poll interval, nothing else.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pressed = asyncio.Event()

    def press(self) -> None:
        """Returns at once."""
        self._pressed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._pressed.wait()
            self._pressed.clear()
            try:
                async with self._database.connection() as connection:
                    await connection.execute(f"NOTIFY {CHANNEL}")
            except Unavailable:
                continue
            await asyncio.sleep(DOORBELL_INTERVAL_SECONDS)


PUBLISHED = Leftover(
    forget="""
        WITH gone AS (
            DELETE FROM outbox WHERE position IN (
                SELECT position FROM outbox
                WHERE created_at < now() - $1::interval AND published_at < now() - $1::interval LIMIT $2
            ) RETURNING 1
        ) SELECT count(*) FROM gone
    """,
    kept=timedelta(days=1),
)
IDEMPOTENCY_KEYS = Leftover(
    forget="""
        WITH gone AS (
            DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM idempotency_keys WHERE created_at < now() - $1::interval LIMIT $2
            )) RETURNING 1
        ) SELECT count(*) FROM gone
    """,
    kept=timedelta(days=2),
)
