"""The contracts of the events as JSON Schemas, one file for each version, and events read by them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from app.domain.events import EventType, OrderEvent, OrderState
from app.domain.order import CancelledBy, OrderStatus, PaymentStatus

FOLDER = Path(__file__).parent.parent / "events"
FIRST_VERSION = 1
STATE = frozenset({"version", "payment_status", "placed_at"})


class UnknownEvent(ValueError):  # noqa: N818 - reads as what it is
    """Not an event of a type and version that this service reads; the message says what is wrong."""


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by name: `order.created/1`, as events carry it in `dataschema`."""
    return {
        f"{file.parent.name}/{file.name.removesuffix('.schema.json')}": json.loads(file.read_text())
        for file in sorted(FOLDER.glob("*/*.schema.json"))
    }


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name], format_checker=FormatChecker())


def order_event(payload: bytes) -> OrderEvent:
    """The event that `payload` (a CloudEvent in JSON) tells. Raises `UnknownEvent`."""
    try:
        event = json.loads(payload)
    except ValueError:
        raise UnknownEvent("the record is not JSON") from None
    name = event.get("dataschema") if isinstance(event, dict) else None
    if not isinstance(name, str) or name not in schemas():
        raise UnknownEvent(f"dataschema is {name!r}, known are {', '.join(schemas())}")
    if (fault := best_match(_validator(name).iter_errors(event))) is not None:
        raise UnknownEvent(f"{fault.json_path} breaks {name}: {fault.validator} {fault.validator_value!r}")
    data = event["data"]
    cancelled_by = data.get("cancelled_by")
    return OrderEvent(
        event_id=event["id"],
        type=EventType(event["type"]),
        at=datetime.fromisoformat(event["time"]),
        order_id=data["order_id"],
        customer_id=data["customer_id"],
        product_id=data["product_id"],
        size=data["size"],
        quantity=data["quantity"],
        unit_price_cents=data["unit_price_cents"],
        currency=data["currency"],
        cancelled_by=None if cancelled_by is None else CancelledBy(cancelled_by),
        state=_state(event),
    )


def _state(event: dict[str, Any]) -> OrderState | None:
    data = event["data"]
    if event["type"] == EventType.ORDER_CREATED:
        data = {**data, "version": FIRST_VERSION, "payment_status": PaymentStatus.PENDING, "placed_at": event["time"]}
    if not data.keys() >= STATE:
        return None
    return OrderState(
        version=data["version"],
        status=OrderStatus(data["status"]),
        payment_status=PaymentStatus(data["payment_status"]),
        placed_at=datetime.fromisoformat(data["placed_at"]),
    )
