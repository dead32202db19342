"""An order, from the wish to the confirmation."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SMALLEST_SIZE = 1
LARGEST_SIZE = 15
LARGEST_QUANTITY = 100
LONGEST_PRODUCT_ID = 64
LONGEST_IDEMPOTENCY_KEY = 128
ORDER_ID_PREFIX = "ord_"
ORDER_ID = re.compile(f"{ORDER_ID_PREFIX}[0-9a-f]{{32}}")


class OrderStatus(StrEnum):
    """`confirmed`: stock is reserved and the order is durable."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """`pending` → `authorised` → `captured`; `failed` cancels the order, a cancelled order has its money `reversed`."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    FAILED = "failed"
    REVERSED = "reversed"


class CancelledBy(StrEnum):
    """Who ended an order; `payment` is the saga, when the money did not come."""

    CUSTOMER = "customer"
    STAFF = "staff"
    PAYMENT = "payment"


def new_order_id() -> str:
    """`ord_` and 32 hex digits: milliseconds first, so that ids made later sort later, then 80 random bits."""
    return f"{ORDER_ID_PREFIX}{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRequest:
    """What a customer wants: `size` from 1 to 15, `quantity` from 1 to 100 pairs."""

    product_id: str
    size: int
    quantity: int

    def __post_init__(self) -> None:
        if not SMALLEST_SIZE <= self.size <= LARGEST_SIZE:
            raise ValueError(f"size is {self.size}, allowed are {SMALLEST_SIZE} to {LARGEST_SIZE}")
        if not 1 <= self.quantity <= LARGEST_QUANTITY:
            raise ValueError(f"quantity is {self.quantity}, allowed are 1 to {LARGEST_QUANTITY}")

    def fingerprint(self) -> bytes:
        """Equal for equal requests: tells a repeated request from another one under the same idempotency key."""
        return hashlib.sha256(f"{self.product_id}\n{self.size}\n{self.quantity}".encode()).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """An order on its way to the store; `idempotency_key` is None when the customer gave none."""

    order_id: str
    customer_id: str
    request: OrderRequest
    idempotency_key: str | None


class PlacementOutcome(StrEnum):
    """How the store decided a placement."""

    CONFIRMED = "confirmed"
    OUT_OF_STOCK = "out_of_stock"
    PRODUCT_NOT_FOUND = "product_not_found"
    SIZE_NOT_OFFERED = "size_not_offered"
    KEY_REUSED = "key_reused"
    KEY_IN_FLIGHT = "key_in_flight"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementResult:
    """`order_id` is the placement's own, or the earlier one's when `replayed` from the idempotency key."""

    outcome: PlacementOutcome
    order_id: str
    replayed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A stored order; `version` grows with every change."""

    id: str
    customer_id: str
    product_id: str
    size: int
    quantity: int
    unit_price_cents: int
    currency: str
    status: OrderStatus
    version: int
    created_at: datetime
    updated_at: datetime
    payment_status: PaymentStatus = PaymentStatus.PENDING
