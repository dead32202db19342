"""The shapes that go over the wire in version 2."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.domain.order import (
    LARGEST_QUANTITY,
    LARGEST_SIZE,
    LONGEST_PRODUCT_ID,
    SMALLEST_SIZE,
    OrderStatus,
    PaymentStatus,
)

ProductId = Annotated[str, Field(max_length=LONGEST_PRODUCT_ID, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class CreateOrder(BaseModel):
    """What a customer wants."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"product_id": "jordan-1", "size": 9, "quantity": 1}]},
    )

    product_id: ProductId
    size: Annotated[int, Field(ge=SMALLEST_SIZE, le=LARGEST_SIZE)]
    quantity: Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)]


class CreateOnePair(BaseModel):
    """What a customer wants: in version 1 always one pair."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"product_id": "jordan-1", "size": 9}]}
    )

    product_id: ProductId
    size: Annotated[int, Field(ge=SMALLEST_SIZE, le=LARGEST_SIZE)]

    @property
    def quantity(self) -> int:
        """One."""
        return 1


class OrderConfirmation(BaseModel):
    """Stock is reserved and the order is durable."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order_id": "ord_0193a5c1f7b08d1c2e3f4a5b6c7d8e9f", "status": "confirmed"}]}
    )

    order_id: str
    status: OrderStatus


class OrderDocument(BaseModel):
    """An order as its owner sees it."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "order_id": "ord_0193a5c1f7b08d1c2e3f4a5b6c7d8e9f",
                    "status": "confirmed",
                    "product_id": "jordan-1",
                    "size": 9,
                    "quantity": 1,
                    "unit_price_cents": 18000,
                    "currency": "USD",
                    "payment_status": "captured",
                    "created_at": "2026-01-31T12:00:00Z",
                    "updated_at": "2026-01-31T12:00:00Z",
                }
            ]
        },
    )

    order_id: Annotated[str, Field(validation_alias="id")]
    status: OrderStatus
    product_id: str
    size: int
    quantity: int
    unit_price_cents: int
    currency: str
    payment_status: PaymentStatus
    created_at: datetime
    updated_at: datetime


class OrderList(BaseModel):
    """One page of orders; `next_cursor` leads to the next one and is null on the last."""

    orders: list[OrderDocument]
    next_cursor: str | None


class SizeDocument(BaseModel):
    """How many pairs of a size are left."""

    size: int
    available: int


class ProductDocument(BaseModel):
    """A product with what is left of it; availability may be some seconds old."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "product_id": "jordan-1",
                    "name": "Jordan 1",
                    "price_cents": 18000,
                    "currency": "USD",
                    "sizes": [{"size": 9, "available": 1000}],
                }
            ]
        }
    )

    product_id: str
    name: str
    price_cents: int
    currency: str
    sizes: list[SizeDocument]


class ProductList(BaseModel):
    """Everything the shop sells."""

    products: list[ProductDocument]
