"""The service's ports, held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from app.domain.allowance import Allowance
from app.domain.errors import Unavailable
from app.domain.order import CancelledBy, Order, OrderStatus, Placement, PlacementOutcome, PlacementResult
from app.domain.order_list import OrderPage, OrderQuery, OrderSort, Place, page_of
from app.domain.product import Product

JORDAN = Product(id="jordan-1", name="Jordan 1", price_cents=18_000, currency="USD", available={9: 2, 10: 0})
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def order(order_id: str, customer_id: str = "sarah_123", *, created_at: datetime = NOON) -> Order:
    """A confirmed order of one pair."""
    return Order(
        id=order_id,
        customer_id=customer_id,
        product_id=JORDAN.id,
        size=9,
        quantity=1,
        unit_price_cents=JORDAN.price_cents,
        currency=JORDAN.currency,
        status=OrderStatus.CONFIRMED,
        version=1,
        created_at=created_at,
        updated_at=created_at,
    )


@dataclass(kw_only=True)
class MemoryOrders:
    """An order store of one product; while `away` it answers nothing."""

    product: Product = JORDAN
    away: bool = False
    left: dict[int, int] = field(default_factory=lambda: dict(JORDAN.available))
    orders: dict[str, Order] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[bytes, PlacementResult]] = field(default_factory=dict)
    cancelled: dict[str, CancelledBy] = field(default_factory=dict)

    async def place(self, placement: Placement) -> PlacementResult:
        """See `OrderStore.place`."""
        if self.away:
            raise Unavailable("orders cannot be kept right now", retry_after_seconds=1)
        if placement.idempotency_key is None:
            return self._decide(placement)
        key = (placement.customer_id, placement.idempotency_key)
        fingerprint = placement.request.fingerprint()
        if key in self.keys:
            known_fingerprint, result = self.keys[key]
            if known_fingerprint != fingerprint:
                return PlacementResult(outcome=PlacementOutcome.KEY_REUSED, order_id=placement.order_id)
            return PlacementResult(outcome=result.outcome, order_id=result.order_id, replayed=True)
        self.keys[key] = (fingerprint, self._decide(placement))
        return self.keys[key][1]

    async def find(self, order_id: str) -> Order | None:
        """See `OrderStore.find`."""
        return self.orders.get(order_id)

    async def cancel(self, order_id: str, by: CancelledBy) -> Order | None:
        """See `OrderStore.cancel`."""
        known = self.orders.get(order_id)
        if known is None or known.status is OrderStatus.CANCELLED:
            return known
        self.left[known.size] += known.quantity
        self.cancelled[order_id] = by
        self.orders[order_id] = replace(known, status=OrderStatus.CANCELLED, version=known.version + 1)
        return self.orders[order_id]

    async def page(self, query: OrderQuery) -> OrderPage:
        """See `OrderList.page`."""
        first, last = query.bounds()
        found = [
            known
            for known in self.orders.values()
            if known.customer_id == query.customer_id
            and first < _place(known) < last
            and (not query.statuses or known.status in query.statuses)
        ]
        found.sort(key=_place, reverse=query.sort is OrderSort.NEWEST_FIRST)
        return page_of(found, limit=query.limit)

    async def find_many(self, order_ids: Sequence[str]) -> Sequence[Order]:
        """See `OrderReads.find_many`."""
        if self.away:
            raise Unavailable("orders cannot be read right now", retry_after_seconds=1)
        return [self.orders[order_id] for order_id in order_ids if order_id in self.orders]

    def _decide(self, placement: Placement) -> PlacementResult:
        request = placement.request
        if request.product_id != self.product.id:
            outcome = PlacementOutcome.PRODUCT_NOT_FOUND
        elif request.size not in self.left:
            outcome = PlacementOutcome.SIZE_NOT_OFFERED
        elif self.left[request.size] < request.quantity:
            outcome = PlacementOutcome.OUT_OF_STOCK
        else:
            outcome = PlacementOutcome.CONFIRMED
            self._confirm(placement)
        return PlacementResult(outcome=outcome, order_id=placement.order_id)

    def _confirm(self, placement: Placement) -> None:
        request = placement.request
        self.left[request.size] -= request.quantity
        confirmed = order(placement.order_id, placement.customer_id)
        self.orders[confirmed.id] = replace(confirmed, size=request.size, quantity=request.quantity)


def _place(known: Order) -> Place:
    return Place(created_at=known.created_at, order_id=known.id)


@dataclass(kw_only=True)
class MemoryProducts:
    """A catalogue that counts how often it is read."""

    listed: Sequence[Product] = (JORDAN,)
    reads: int = 0
    away: bool = False

    async def products(self) -> Sequence[Product]:
        """See `ProductCatalogue.products`."""
        self.reads += 1
        if self.away:
            raise Unavailable("products cannot be read right now", retry_after_seconds=1)
        return self.listed


@dataclass(kw_only=True)
class MemoryRates:
    """A rate limiter of one endless window."""

    limit: int = 1_000
    used: dict[str, int] = field(default_factory=dict)

    async def hit(self, caller: str) -> Allowance:
        """See `RateLimiter.hit`."""
        self.used[caller] = self.used.get(caller, 0) + 1
        return Allowance.after(self.used[caller], limit=self.limit, reset_seconds=60)
