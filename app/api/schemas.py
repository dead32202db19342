"""The shapes that go over the wire in version 2."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.domain.order import LARGEST_QUANTITY, LARGEST_SIZE, LONGEST_PRODUCT_ID, SMALLEST_SIZE, OrderStatus

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


class OrderConfirmation(BaseModel):
    """Stock is reserved and the order is durable."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order_id": "ord_0193a5c1f7b08d1c2e3f4a5b6c7d8e9f", "status": "confirmed"}]}
    )

    order_id: str
    status: OrderStatus


class OrderDocument(BaseModel):
    """An order as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    order_id: Annotated[str, Field(validation_alias="id")]
    status: OrderStatus
    product_id: str
    size: int
    quantity: int
    unit_price_cents: int
    currency: str
    created_at: datetime
    updated_at: datetime


class SizeDocument(BaseModel):
    """How many pairs of a size are left."""

    size: int
    available: int


class ProductDocument(BaseModel):
    """A product with what is left of it; availability may be some seconds old."""

    product_id: str
    name: str
    price_cents: int
    currency: str
    sizes: list[SizeDocument]


class ProductList(BaseModel):
    """Everything the shop sells."""

    products: list[ProductDocument]
