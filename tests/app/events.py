"""Order events for the tests, as the outbox writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

from app.domain.events import EventType, OrderEvent, OrderState, OutboxEvent
from app.domain.order import CancelledBy, OrderStatus, PaymentStatus, new_order_id

TRACEPARENT = "00-11111111111111111111111111111111-2222222222222222-01"
LATE_IN_THE_DAY = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)


STATES = {
    EventType.ORDER_CREATED: (1, OrderStatus.CONFIRMED, PaymentStatus.PENDING),
    EventType.ORDER_PAYMENT_CHANGED: (2, OrderStatus.CONFIRMED, PaymentStatus.AUTHORISED),
    EventType.ORDER_CANCELLED: (3, OrderStatus.CANCELLED, PaymentStatus.AUTHORISED),
}


def order_event(
    type_: EventType = EventType.ORDER_CREATED, *, order_id: str | None = None, quantity: int = 1, size: int = 9
) -> OrderEvent:
    """An event of its own about an order of jordan-1."""
    version, status, payment_status = STATES[type_]
    return OrderEvent(
        event_id=str(uuid4()),
        type=type_,
        at=LATE_IN_THE_DAY,
        order_id=order_id or new_order_id(),
        customer_id="sarah_123",
        product_id="jordan-1",
        size=size,
        quantity=quantity,
        unit_price_cents=18_000,
        currency="USD",
        cancelled_by=CancelledBy.CUSTOMER if type_ is EventType.ORDER_CANCELLED else None,
        state=OrderState(version=version, status=status, payment_status=payment_status, placed_at=LATE_IN_THE_DAY),
    )


def payload_of(event: OrderEvent) -> str:
    """The event on the wire."""
    more = {} if event.cancelled_by is None else {"cancelled_by": event.cancelled_by}
    if event.state and event.type is not EventType.ORDER_CREATED:
        told = {"version": event.state.version, "payment_status": event.state.payment_status}
        more |= {**told, "placed_at": event.state.placed_at.isoformat()}
    return json.dumps(
        {
            "specversion": "1.0",
            "id": event.event_id,
            "source": "/api/v2/orders",
            "type": event.type,
            "subject": event.order_id,
            "time": event.at.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"{event.type}/1",
            "data": {
                "order_id": event.order_id,
                "customer_id": event.customer_id,
                "product_id": event.product_id,
                "size": event.size,
                "quantity": event.quantity,
                "unit_price_cents": event.unit_price_cents,
                "currency": event.currency,
                "status": "cancelled" if event.type is EventType.ORDER_CANCELLED else "confirmed",
                **more,
            },
        }
    )


def outbox_event(event: OrderEvent, *, position: int = 1) -> OutboxEvent:
    """The event as the relay finds it."""
    return OutboxEvent(
        position=position,
        event_id=event.event_id,
        event_type=event.type,
        order_id=event.order_id,
        payload=payload_of(event),
        traceparent=TRACEPARENT,
    )
