"""Orders, stock and products in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from opentelemetry import trace

from app.adapters.coalescer import Coalescer
from app.adapters.database import Database
from app.adapters.order_reads import ORDER_COLUMNS, SPAN_ATTRIBUTES, order_of
from app.adapters.reader import Reader
from app.adapters.telemetry import traceparent_of
from app.domain.errors import Unavailable
from app.domain.order import CancelledBy, Order, Placement, PlacementOutcome, PlacementResult
from app.domain.product import Product

WRITERS = 2
BATCH_SIZE_MAX = 128
QUEUE_LENGTH_MAX = 2_000
PRODUCTS_MAX = 500
UNDECIDED = "undecided"
PLACE_ORDERS = """
    SELECT outcome, order_id, replayed
    FROM place_orders($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::bytea[], $8::text[])
"""
FIND_ORDER = f"SELECT {ORDER_COLUMNS} FROM orders WHERE id = $1"  # noqa: S608 - constants alone
CANCEL_ORDER = f"SELECT {ORDER_COLUMNS} FROM cancel_order($1, $2, $3)"  # noqa: S608 - constants alone
LIST_PRODUCTS = """
    SELECT id, name, unit_price_cents, currency, (
        SELECT json_object_agg(size, available ORDER BY size) FROM inventory WHERE product_id = products.id
    ) AS available
    FROM products ORDER BY id LIMIT $1
"""

tracer = trace.get_tracer(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    placement: Placement
    traceparent: str | None


class PostgresOrderStore:
    """Orders and stock. Concurrent placements share commits; each reply is given after its COMMIT.

    `committed` is called, without waiting for it, after every commit that placed an order.
    """

    def __init__(self, database: Database, *, committed: Callable[[], None]) -> None:
        self._database = database
        self._committed = committed
        self._coalescer: Coalescer[_Wish, PlacementResult] = Coalescer(
            self._place_batch, workers=WRITERS, batch_size_max=BATCH_SIZE_MAX, queue_length_max=QUEUE_LENGTH_MAX
        )

    @property
    def waiting(self) -> int:
        """How many placements no transaction has taken yet."""
        return self._coalescer.waiting

    async def place(self, placement: Placement) -> PlacementResult:
        """See `OrderStore.place`."""
        with tracer.start_as_current_span(
            "place_orders", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES
        ) as span:
            return await self._coalescer.submit(_Wish(placement=placement, traceparent=traceparent_of(span)))

    async def find(self, order_id: str) -> Order | None:
        """The order with that id, as it is now: a replica may not know yet what its customer was just told."""
        with tracer.start_as_current_span("SELECT orders", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
            async with self._database.connection() as connection:
                row = await connection.fetchrow(FIND_ORDER, order_id)
        return None if row is None else order_of(row)

    async def cancel(self, order_id: str, by: CancelledBy) -> Order | None:
        """See `OrderStore.cancel`."""
        with tracer.start_as_current_span(
            "cancel_order", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES
        ) as span:
            async with self._database.connection() as connection:
                row = await connection.fetchrow(CANCEL_ORDER, order_id, by, traceparent_of(span))
        self._committed()
        return None if row is None else order_of(row)

    async def _place_batch(self, wishes: Sequence[_Wish]) -> Sequence[PlacementResult | Exception]:
        replies: dict[int, PlacementResult | Exception] = {}
        while undecided := [position for position in range(len(wishes)) if position not in replies]:
            decided = await self._decide([wishes[position] for position in undecided])
            replies |= {
                position: reply for position, reply in zip(undecided, decided, strict=True) if reply is not None
            }
        return [replies[position] for position in range(len(wishes))]

    async def _decide(self, wishes: Sequence[_Wish]) -> Sequence[PlacementResult | Exception | None]:
        """One transaction for all; if one of them breaks it, one transaction for each."""
        try:
            async with self._database.connection() as connection:
                rows = await connection.fetch(PLACE_ORDERS, *_columns(wishes))
        except Unavailable as error:
            return [error] * len(wishes)
        except asyncpg.PostgresError as error:
            if len(wishes) == 1:
                return [error]
            return [reply for wish in wishes for reply in await self._decide([wish])]
        results = [_result(row) for row in rows]
        if any(result and result.outcome is PlacementOutcome.CONFIRMED and not result.replayed for result in results):
            self._committed()
        return results


class PostgresProducts:
    """Products with what is left of them, as of now."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def products(self) -> Sequence[Product]:
        """See `ProductCatalogue.products`."""
        rows = await self._reader.rows(LIST_PRODUCTS, PRODUCTS_MAX)
        return [
            Product(
                id=row["id"],
                name=row["name"],
                price_cents=row["unit_price_cents"],
                currency=row["currency"],
                available={int(size): left for size, left in json.loads(row["available"] or "{}").items()},
            )
            for row in rows
        ]


def _columns(wishes: Sequence[_Wish]) -> tuple[list[Any], ...]:
    placements = [wish.placement for wish in wishes]
    requests = [placement.request for placement in placements]
    return (
        [placement.order_id for placement in placements],
        [placement.customer_id for placement in placements],
        [request.product_id for request in requests],
        [request.size for request in requests],
        [request.quantity for request in requests],
        [placement.idempotency_key for placement in placements],
        [request.fingerprint() for request in requests],
        [wish.traceparent for wish in wishes],
    )


def _result(row: asyncpg.Record) -> PlacementResult | None:
    outcome, order_id, replayed = row
    if outcome == UNDECIDED:
        return None
    return PlacementResult(outcome=PlacementOutcome(outcome), order_id=order_id, replayed=replayed)
