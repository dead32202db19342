"""The list of orders: a table of its own, made of what events tell, read page by page.

Nothing else reads or writes it. It is some moments behind the orders, and can be made anew from them at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from opentelemetry import trace

from app.adapters.database import Database
from app.adapters.inbox import new_to
from app.adapters.order_reads import ORDER_COLUMNS, SPAN_ATTRIBUTES, order_of
from app.adapters.reader import Reader
from app.domain.events import EventType, OrderEvent
from app.domain.order_list import OrderPage, OrderQuery, OrderSort, page_of

REBUILD_BATCH_SIZE = 5_000
PROJECT = """
    INSERT INTO order_list AS known (
        id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, payment_status, version,
        created_at, updated_at
    )
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[],
        $10::int[], $11::timestamptz[], $12::timestamptz[]
    )
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, payment_status = excluded.payment_status, version = excluded.version,
        updated_at = excluded.updated_at
    WHERE known.version < excluded.version
"""
REBUILD = "SELECT rebuild_order_list($1, $2)"
PAGE = f"""
    SELECT {ORDER_COLUMNS} FROM order_list
    WHERE customer_id = $1 AND (created_at, id) > ($2, $3) AND (created_at, id) < ($4, $5)
        AND (cardinality($6::text[]) = 0 OR status = ANY($6))
    ORDER BY created_at {{direction}}, id {{direction}} LIMIT $7
"""  # noqa: S608 - constants alone
PAGE_BY_SORT = {
    OrderSort.OLDEST_FIRST: PAGE.format(direction="ASC"),
    OrderSort.NEWEST_FIRST: PAGE.format(direction="DESC"),
}

tracer = trace.get_tracer(__name__)


class OrderListProjection:
    """A row for each order, as the newest event about it tells; events may come twice, late and in any order.

    An event of a version that did not tell the whole order changes nothing: the list was filled after its time.
    """

    name = "order-list"
    interests = frozenset(EventType)

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        async with new_to(self.name, events, self._database) as (connection, fresh):
            if rows := _newest(fresh):
                await connection.execute(PROJECT, *map(list, zip(*rows, strict=True)))


class PostgresOrderList:
    """See `OrderList`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def page(self, query: OrderQuery) -> OrderPage:
        """See `OrderList.page`."""
        first, last = query.bounds()
        places = (first.created_at, first.order_id, last.created_at, last.order_id)
        arguments = (query.customer_id, *places, list(query.statuses), query.limit + 1)
        with tracer.start_as_current_span("SELECT order_list", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
            rows = await self._reader.rows(PAGE_BY_SORT[query.sort], *arguments)
        return page_of([order_of(row) for row in rows], limit=query.limit)


async def rebuild(database: Database) -> int:
    """Makes the list anew from the orders, beside the traffic; how many batches it took. Raises `Unavailable`."""
    batches, after = 0, ""
    while after is not None:
        async with database.connection() as connection:
            after = await connection.fetchval(REBUILD, after, REBUILD_BATCH_SIZE)
        batches += after is not None
    return batches


def _newest(events: Sequence[OrderEvent]) -> Sequence[tuple[object, ...]]:
    """One row for each order, in the order of their ids, so that two batches never wait for each other in a circle."""
    rows: dict[str, tuple[object, ...]] = {}
    told = [(event, event.state) for event in events if event.state is not None]
    for event, state in sorted(told, key=lambda each: each[1].version):
        rows[event.order_id] = (
            event.order_id,
            event.customer_id,
            event.product_id,
            event.size,
            event.quantity,
            event.unit_price_cents,
            event.currency,
            state.status,
            state.payment_status,
            state.version,
            state.placed_at,
            event.at,
        )
    return sorted(rows.values(), key=itemgetter(0))
