"""The service's ports, held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.domain.errors import Unavailable
from app.domain.order import Order, OrderStatus, Placement, PlacementOutcome, PlacementResult
from app.domain.product import Product

JORDAN = Product(id="jordan-1", name="Jordan 1", price_cents=18_000, currency="USD", available={9: 2, 10: 0})
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(kw_only=True)
class MemoryOrders:
    """An order store of one product; while `away` it answers nothing."""

    product: Product = JORDAN
    away: bool = False
    left: dict[int, int] = field(default_factory=lambda: dict(JORDAN.available))
    orders: dict[str, Order] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[bytes, PlacementResult]] = field(default_factory=dict)

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
        self.orders[placement.order_id] = Order(
            id=placement.order_id,
            customer_id=placement.customer_id,
            product_id=request.product_id,
            size=request.size,
            quantity=request.quantity,
            unit_price_cents=self.product.price_cents,
            currency=self.product.currency,
            status=OrderStatus.CONFIRMED,
            version=1,
            created_at=NOON,
            updated_at=NOON,
        )


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
