"""Reading many orders from PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
from opentelemetry import trace

from app.adapters.reader import Reader
from app.domain.order import Order, OrderStatus, PaymentStatus

ORDER_COLUMNS = """
    id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, version, created_at, updated_at,
    payment_status
"""
FIND_MANY = f"SELECT {ORDER_COLUMNS} FROM orders WHERE id = ANY($1::text[])"  # noqa: S608 - constants alone
SPAN_ATTRIBUTES = {"db.system.name": "postgresql"}

tracer = trace.get_tracer(__name__)


class PostgresOrderReads:
    """Orders as they are now."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def find_many(self, order_ids: Sequence[str]) -> Sequence[Order]:
        """See `OrderReads.find_many`."""
        with tracer.start_as_current_span("SELECT orders", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
            rows = await self._reader.rows(FIND_MANY, list(order_ids))
        return [order_of(row) for row in rows]


def order_of(row: asyncpg.Record) -> Order:
    """The order that a row of `ORDER_COLUMNS` holds."""
    return Order(
        **{**dict(row), "status": OrderStatus(row["status"]), "payment_status": PaymentStatus(row["payment_status"])}
    )
