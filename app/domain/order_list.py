"""A customer's orders, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from app.domain.order import Order, OrderStatus

LARGEST_PAGE = 100
USUAL_PAGE = 20
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class OrderSort(StrEnum):
    """By when they were placed: oldest or newest first."""

    OLDEST_FIRST = "created_at"
    NEWEST_FIRST = "-created_at"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A place in the order of all orders: `created_at` first, `order_id` where moments are equal."""

    created_at: datetime
    order_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderQuery:
    """Which of a customer's orders; `created_from` is included, `created_before` is not, `after` is the last one seen.

    No `statuses` means every status.
    """

    customer_id: str
    statuses: frozenset[OrderStatus] = frozenset()
    created_from: datetime = EARLIEST
    created_before: datetime = LATEST
    sort: OrderSort = OrderSort.NEWEST_FIRST
    after: Place | None = None
    limit: int = USUAL_PAGE

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LARGEST_PAGE:
            raise ValueError(f"limit is {self.limit}, allowed are 1 to {LARGEST_PAGE}")

    def bounds(self) -> tuple[Place, Place]:
        """Everything asked for lies strictly between the two."""
        first = Place(created_at=max(self.created_from, EARLIEST), order_id="")
        last = Place(created_at=min(self.created_before, LATEST), order_id="")
        if self.after is None:
            return first, last
        if self.sort is OrderSort.NEWEST_FIRST:
            return first, min(last, self.after)
        return max(first, self.after), last


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPage:
    """Some orders in the order asked for, and where to go on; `next` is None on the last page."""

    orders: Sequence[Order]
    next: Place | None


class OrderList(Protocol):
    """Every customer's orders in a row; some moments behind the orders themselves."""

    async def page(self, query: OrderQuery) -> OrderPage:
        """Raises `Unavailable`."""
        ...


def page_of(found: Sequence[Order], *, limit: int) -> OrderPage:
    """Makes a page of what was found when one order more than `limit` was looked for."""
    orders = found[:limit]
    if len(found) <= limit:
        return OrderPage(orders=orders, next=None)
    return OrderPage(orders=orders, next=Place(created_at=orders[-1].created_at, order_id=orders[-1].id))
