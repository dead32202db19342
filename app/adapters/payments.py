"""Payments in PostgreSQL: opened and ended by events, advanced by the saga."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from opentelemetry import metrics

from app.adapters.database import Database
from app.adapters.inbox import new_to
from app.domain.events import EventType, OrderEvent, orders_and_cancelled
from app.domain.order import CancelledBy, PaymentStatus
from app.domain.payment import ATTEMPTS_MAX, Payment, Step

BATCH_SIZE_MAX = 50
LENT_FOR = timedelta(seconds=30)
SHORTEST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 60.0
OPEN = """
    INSERT INTO payments (order_id, amount_cents, currency, cancelled, traceparent)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::boolean[], $5::text[])
    ON CONFLICT (order_id) DO NOTHING
"""
END = "UPDATE payments SET cancelled = true WHERE order_id = ANY($1::text[])"
LEND = """
    UPDATE payments SET due_at = now() + $2::interval
    WHERE order_id IN (
        SELECT order_id FROM payments WHERE due_at <= now() AND ({wanted})
        ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    RETURNING order_id, amount_cents, currency, status, attempts, cancelled, traceparent
"""
LEND_ALL = LEND.format(wanted="status IN ('pending', 'authorised') OR (status = 'captured' AND cancelled)")
LEND_TO_GIVE_BACK = LEND.format(
    wanted=f"""
        (status IN ('pending', 'authorised') AND (cancelled OR attempts >= {ATTEMPTS_MAX}))
        OR (status = 'captured' AND cancelled)
    """
)
SETTLE = """
    UPDATE payments SET status = $2, attempts = 0, due_at = now(), updated_at = now()
    WHERE order_id = $1 AND status = $3 RETURNING true
"""
SHOW = "SELECT show_payment($1, $2, $3)"
CANCEL = "SELECT FROM cancel_order($1, $2, $3)"
POSTPONE = """
    UPDATE payments SET attempts = attempts + 1,
        due_at = now() + random() * least($2 * 2 ^ least(attempts, 20), $3) * interval '1 second'
    WHERE order_id = $1
"""

settled = metrics.get_meter(__name__).create_counter("payments", description="Steps of payments, by the new status.")


class PaymentOpening:
    """A payment for every order; an order that was ended has its payment ended too, whatever is heard of first."""

    name = "payments"
    interests = frozenset({EventType.ORDER_CREATED, EventType.ORDER_CANCELLED})

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        async with new_to(self.name, events, self._database) as (connection, fresh):
            orders, cancelled = orders_and_cancelled(fresh)
            await connection.execute(
                OPEN,
                [event.order_id for event in orders],
                [event.amount_cents for event in orders],
                [event.currency for event in orders],
                [event.order_id in cancelled for event in orders],
                [event.traceparent for event in orders],
            )
            await connection.execute(END, cancelled)


class PostgresPaymentBook:
    """See `PaymentBook`. What is lent to a process that dies is due again after half a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, *, charging: bool) -> Sequence[Payment]:
        """See `PaymentBook.due`."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(LEND_ALL if charging else LEND_TO_GIVE_BACK, BATCH_SIZE_MAX, LENT_FOR)
        return [Payment(**{**dict(row), "status": PaymentStatus(row["status"])}) for row in rows]

    async def settle(self, payment: Payment, step: Step) -> None:
        """See `PaymentBook.settle`. A payment that someone else moved meanwhile stays as they left it."""
        async with self._database.connection() as connection, connection.transaction():
            moved = await connection.fetchval(SETTLE, payment.order_id, step.status, payment.status)
            if not moved:
                return
            await connection.execute(SHOW, payment.order_id, step.status, payment.traceparent)
            if step.cancels_order:
                await connection.execute(CANCEL, payment.order_id, CancelledBy.PAYMENT, payment.traceparent)
        settled.add(1, {"status": step.status})

    async def postpone(self, payment: Payment) -> None:
        """See `PaymentBook.postpone`. Exponential, with full jitter."""
        async with self._database.connection() as connection:
            await connection.execute(POSTPONE, payment.order_id, SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS)
