"""What the service tells the rest of the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.order import CancelledBy, OrderStatus, PaymentStatus


class EventType(StrEnum):
    """The `type` of an event; a change that old readers cannot take gets a new name."""

    ORDER_CREATED = "order.created"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_PAYMENT_CHANGED = "order.payment_changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxEvent:
    """An event that was committed with its order and waits to be published.

    `payload` is JSON (a CloudEvent); `traceparent` is the W3C context of the request that caused it.
    """

    position: int
    event_id: str
    event_type: str
    order_id: str
    payload: str
    traceparent: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderState:
    """How an order is after an event: each `version` of it has one."""

    version: int
    status: OrderStatus
    payment_status: PaymentStatus
    placed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderEvent:
    """What happened to an order, `at` that moment; `cancelled_by` says who ended it.

    `state` is None where a version of the service told it that did not say.
    `traceparent` is the W3C context in which it was told; the event is the same without it.
    """

    event_id: str
    type: EventType
    at: datetime
    order_id: str
    customer_id: str
    product_id: str
    size: int
    quantity: int
    unit_price_cents: int
    currency: str
    cancelled_by: CancelledBy | None = None
    state: OrderState | None = None
    traceparent: str | None = field(default=None, compare=False)

    @property
    def amount_cents(self) -> int:
        """What the order costs."""
        return self.quantity * self.unit_price_cents


def orders_and_cancelled(events: Sequence[OrderEvent]) -> tuple[Sequence[OrderEvent], Sequence[str]]:
    """One event of each order, and the ids of the orders that were cancelled, whichever is heard of first."""
    cancelled = [event.order_id for event in events if event.type is EventType.ORDER_CANCELLED]
    return list({event.order_id: event for event in events}.values()), cancelled
