"""What keeps a second delivery from having a second effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from opentelemetry import metrics, trace

from app.adapters.database import Database
from app.adapters.telemetry import context_of
from app.adapters.tidying import Leftover
from app.domain.events import OrderEvent

CLAIM = """
    INSERT INTO inbox (consumer, event_id)
    SELECT $1, id FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS given ORDER BY id
    ON CONFLICT DO NOTHING RETURNING event_id::text
"""
FORGET = "DELETE FROM inbox WHERE consumer = $1 AND event_id = ANY($2::uuid[])"
LINKS_MAX = 100
TAKEN = Leftover(
    forget="""
        WITH gone AS (
            DELETE FROM inbox WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM inbox WHERE received_at < now() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED
            )) RETURNING 1
        ) SELECT count(*) FROM gone
    """,
    kept=timedelta(days=30),
)
"""Kept for longer than any topic keeps its records: what is read again is still known."""

tracer = trace.get_tracer(__name__)
taken = metrics.get_meter(__name__).create_counter(
    "events_taken", description="Events that had their effect, by subscriber and type; a repetition is not counted."
)


@asynccontextmanager
async def new_to(
    subscriber: str, events: Sequence[OrderEvent], database: Database
) -> AsyncIterator[tuple[Any, list[OrderEvent]]]:
    """A connection within a transaction, and those of `events` that `subscriber` has not taken; at its end it has.

    One span for the batch, linked to what each of its events tells of.
    """
    with tracer.start_as_current_span(
        f"take {subscriber}", kind=trace.SpanKind.CONSUMER, links=_links(events[:LINKS_MAX])
    ):
        async with database.connection() as connection, connection.transaction():
            rows = await connection.fetch(CLAIM, subscriber, [event.event_id for event in events])
            claimed = {row["event_id"] for row in rows}
            fresh = list({event.event_id: event for event in events if event.event_id in claimed}.values())
            yield connection, fresh
        for type_, count in Counter(event.type for event in fresh).items():
            taken.add(count, {"subscriber": subscriber, "type": type_})


async def give_back(subscriber: str, event_ids: Collection[str], fresh: list[OrderEvent], connection: Any) -> None:
    """Those of `fresh` that had no effect after all: they leave it, and are new again when they come again."""
    await connection.execute(FORGET, subscriber, list(event_ids))
    fresh[:] = [event for event in fresh if event.event_id not in event_ids]


def _links(events: Sequence[OrderEvent]) -> Sequence[trace.Link]:
    told_in = (trace.get_current_span(context_of(event.traceparent)).get_span_context() for event in events)
    return [trace.Link(context) for context in told_in if context.is_valid]
