"""Webhooks and their deliveries in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from app.adapters.database import Database
from app.adapters.tidying import Leftover
from app.domain.events import EventType
from app.domain.webhooks import Announcement, Delivery, DeliveryStatus, Errand, Webhook

LEASE = timedelta(seconds=30)
COLUMNS = "id, owner_id, url, event_types, secret, created_at"
ADD = f"""
    INSERT INTO webhooks ({COLUMNS})
    SELECT $1, $2, $3, $4::text[], $5, $6 WHERE (SELECT count(*) FROM webhooks WHERE owner_id = $2) < $7
    ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants alone
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))"
OF_OWNER = f"SELECT {COLUMNS} FROM webhooks WHERE owner_id = $1 ORDER BY created_at DESC"  # noqa: S608
REMOVE = "DELETE FROM webhooks WHERE id = $1 AND owner_id = $2 RETURNING id"
OWNED = "SELECT id FROM webhooks WHERE id = $1 AND owner_id = $2"
DELIVERIES = """
    SELECT id, event_id::text, event_type, status, attempts, fault, created_at, next_attempt_at, delivered_at
    FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY created_at DESC, id LIMIT $2
"""
REPLAY = """
    UPDATE webhook_deliveries AS delivery
    SET status = 'pending', attempts = 0, fault = NULL, next_attempt_at = now(), delivered_at = NULL
    FROM webhooks AS webhook
    WHERE delivery.id = $1 AND webhook.id = $2 AND webhook.owner_id = $3 AND delivery.webhook_id = webhook.id
    RETURNING delivery.id
"""
ANNOUNCE = """
    INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_type, payload)
    SELECT 'dlv_' || replace(gen_random_uuid()::text, '-', ''), webhook.id, event_id, event_type, payload
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        AS event(event_id, event_type, customer_id, payload)
    JOIN webhooks AS webhook ON webhook.owner_id = customer_id AND event_type = ANY(webhook.event_types)
    FOR KEY SHARE OF webhook
    ON CONFLICT DO NOTHING RETURNING id
"""
TAKE_DUE = """
    WITH fair AS MATERIALIZED (
        SELECT id FROM (
            SELECT id, next_attempt_at, row_number() OVER (PARTITION BY webhook_id ORDER BY next_attempt_at) AS place
            FROM webhook_deliveries
            WHERE status = 'pending' AND next_attempt_at <= now() AND webhook_id <> ALL($4::text[])
        ) AS waiting
        WHERE place <= $3 ORDER BY place, next_attempt_at LIMIT $1
    ), due AS (
        SELECT id FROM webhook_deliveries
        WHERE id IN (SELECT id FROM fair) AND status = 'pending' AND next_attempt_at <= now()
        FOR UPDATE SKIP LOCKED
    )
    UPDATE webhook_deliveries AS delivery SET attempts = delivery.attempts + 1, next_attempt_at = now() + $2
    FROM due, webhooks AS webhook
    WHERE delivery.id = due.id AND webhook.id = delivery.webhook_id
    RETURNING delivery.id AS delivery_id, delivery.webhook_id, delivery.event_id::text, delivery.payload, webhook.url,
        webhook.secret, delivery.attempts AS attempt
"""
DELIVERED = """
    UPDATE webhook_deliveries SET status = 'delivered', fault = NULL, delivered_at = now()
    WHERE id = $1 AND status = 'pending' AND attempts = $2
"""
FAILED = """
    UPDATE webhook_deliveries
    SET fault = $3, status = CASE WHEN $4::timestamptz IS NULL THEN 'failed' ELSE 'pending' END,
        next_attempt_at = coalesce($4, next_attempt_at)
    WHERE id = $1 AND status = 'pending' AND attempts = $2
"""
ENDED = Leftover(
    forget="""
        WITH gone AS (
            DELETE FROM webhook_deliveries WHERE id IN (
                SELECT id FROM webhook_deliveries
                WHERE status <> 'pending' AND created_at < now() - $1::interval LIMIT $2
            ) RETURNING 1
        ) SELECT count(*) FROM gone
    """,
    kept=timedelta(days=7),
)


class PostgresWebhooks:
    """Both sides: what the API keeps, and what the worker takes. A taken delivery is due again when its lease ends."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, webhook: Webhook, *, webhooks_max: int) -> bool:
        """See `WebhookStore.add`."""
        columns = (webhook.id, webhook.owner_id, webhook.url, sorted(webhook.event_types), webhook.secret)
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(ONE_AT_A_TIME, webhook.owner_id)
            return bool(await connection.fetch(ADD, *columns, webhook.created_at, webhooks_max))

    async def of_owner(self, owner_id: str) -> Sequence[Webhook]:
        """See `WebhookStore.of_owner`."""
        return [
            Webhook(**{**row, "event_types": frozenset(map(EventType, row["event_types"]))})
            for row in await self._rows(OF_OWNER, owner_id)
        ]

    async def remove(self, webhook_id: str, owner_id: str) -> bool:
        """See `WebhookStore.remove`."""
        return bool(await self._rows(REMOVE, webhook_id, owner_id))

    async def deliveries(self, webhook_id: str, owner_id: str, *, limit: int) -> Sequence[Delivery] | None:
        """See `WebhookStore.deliveries`."""
        if not await self._rows(OWNED, webhook_id, owner_id):
            return None
        rows = await self._rows(DELIVERIES, webhook_id, limit)
        return [Delivery(**{**row, "status": DeliveryStatus(row["status"])}) for row in rows]

    async def replay(self, delivery_id: str, webhook_id: str, owner_id: str) -> bool:
        """See `WebhookStore.replay`."""
        return bool(await self._rows(REPLAY, delivery_id, webhook_id, owner_id))

    async def announce(self, announcements: Sequence[Announcement]) -> int:
        """See `Deliveries.announce`."""
        columns = (
            [announcement.event_id for announcement in announcements],
            [announcement.event_type for announcement in announcements],
            [announcement.customer_id for announcement in announcements],
            [announcement.payload for announcement in announcements],
        )
        return len(await self._rows(ANNOUNCE, *columns))

    async def take_due(self, *, limit: int, each: int, besides: Collection[str]) -> Sequence[Errand]:
        """See `Deliveries.take_due`."""
        return [Errand(**row) for row in await self._rows(TAKE_DUE, limit, LEASE, each, list(besides))]

    async def delivered(self, errand: Errand) -> None:
        """See `Deliveries.delivered`."""
        await self._rows(DELIVERED, errand.delivery_id, errand.attempt)

    async def failed(self, errand: Errand, *, fault: str, next_attempt_at: datetime | None) -> None:
        """See `Deliveries.failed`."""
        await self._rows(FAILED, errand.delivery_id, errand.attempt, fault, next_attempt_at)

    async def _rows(self, statement: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            return await connection.fetch(statement, *arguments)
