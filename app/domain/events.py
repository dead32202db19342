"""What the service tells the rest of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EventType(StrEnum):
    """The `type` of an event; a change that old readers cannot take gets a new name."""

    ORDER_CREATED = "order.created"
    ORDER_CANCELLED = "order.cancelled"


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
class OrderCreated:
    """`order.created` as analytics reads it; `day` in UTC."""

    event_id: str
    day: date
    product_id: str
    pairs: int
    amount_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """A record that cannot be understood, kept as it came, with the reason."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    reason: str
    traceparent: str | None
