"""Reading many orders from PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
from opentelemetry import trace

from app.adapters.reader import Reader
from app.domain.order import Order, OrderStatus, PaymentStatus
from app.domain.order_list import OrderPage, OrderQuery, OrderSort, page_of

ORDER_COLUMNS = """
    id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, version, created_at, updated_at,
    payment_status
"""
FIND_MANY = f"SELECT {ORDER_COLUMNS} FROM orders WHERE id = ANY($1::text[])"  # noqa: S608 - constants alone
PAGE = f"""
    SELECT {ORDER_COLUMNS} FROM orders
    WHERE customer_id = $1 AND (created_at, id) > ($2, $3) AND (created_at, id) < ($4, $5)
        AND (cardinality($6::text[]) = 0 OR status = ANY($6))
    ORDER BY created_at {{direction}}, id {{direction}} LIMIT $7
"""  # noqa: S608 - constants alone
PAGE_BY_SORT = {
    OrderSort.OLDEST_FIRST: PAGE.format(direction="ASC"),
    OrderSort.NEWEST_FIRST: PAGE.format(direction="DESC"),
}
SPAN_ATTRIBUTES = {"db.system.name": "postgresql"}

tracer = trace.get_tracer(__name__)


class PostgresOrderReads:
    """Orders as they are now."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def page(self, query: OrderQuery) -> OrderPage:
        """See `OrderReads.page`."""
        first, last = query.bounds()
        places = (first.created_at, first.order_id, last.created_at, last.order_id)
        found = await self._orders(
            PAGE_BY_SORT[query.sort], query.customer_id, *places, list(query.statuses), query.limit + 1
        )
        return page_of(found, limit=query.limit)

    async def find_many(self, order_ids: Sequence[str]) -> Sequence[Order]:
        """See `OrderReads.find_many`."""
        return await self._orders(FIND_MANY, list(order_ids))

    async def _orders(self, statement: str, *arguments: object) -> Sequence[Order]:
        with tracer.start_as_current_span("SELECT orders", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
            rows = await self._reader.rows(statement, *arguments)
        return [order_of(row) for row in rows]


def order_of(row: asyncpg.Record) -> Order:
    """The order that a row of `ORDER_COLUMNS` holds."""
    return Order(
        **{**dict(row), "status": OrderStatus(row["status"]), "payment_status": PaymentStatus(row["payment_status"])}
    )
