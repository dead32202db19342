"""What the domain and the API need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.domain.events import OutboxEvent
from app.domain.order import CancelledBy, Order, Placement, PlacementResult
from app.domain.product import Product
from app.domain.user import User


class OrderStore(Protocol):
    """Keeps orders and stock. Every method raises `Unavailable` when the store does not answer."""

    async def place(self, placement: Placement) -> PlacementResult:
        """Takes stock, writes the order and its event, all or nothing; durable when it returns."""
        ...

    async def find(self, order_id: str) -> Order | None: ...

    async def cancel(self, order_id: str, by: CancelledBy) -> Order | None:
        """Returns the pairs to stock and writes the event, all or nothing; gives the order as it then is.

        Cancelling again changes nothing.
        """
        ...


class OrderReads(Protocol):
    """Reads of many orders, which may lag some seconds behind."""

    async def find_many(self, order_ids: Sequence[str]) -> Sequence[Order]:
        """Those that exist, in no order. Raises `Unavailable`."""
        ...


class ProductCatalogue(Protocol):
    """What is for sale; availability may be some seconds old, only `OrderStore.place` decides."""

    async def products(self) -> Sequence[Product]: ...


class TokenVerifier(Protocol):
    """Turns a bearer token into the user it was issued to; raises `Unauthenticated`."""

    async def verify(self, token: str) -> User: ...


class Outbox(Protocol):
    """Events that were committed and not yet published. Every method raises `Unavailable`."""

    async def unpublished(self) -> Sequence[OutboxEvent]:
        """The oldest ones, at most one for each order; none while another relay is at work."""
        ...

    async def mark_published(self, positions: Sequence[int]) -> None: ...

    async def wait(self) -> None:
        """Returns when there may be more, or after a while."""
        ...


class EventPublisher(Protocol):
    """The broker, for writing."""

    async def publish(self, events: Sequence[OutboxEvent]) -> Sequence[int]:
        """The positions of those that the broker has on disk; never raises for a broker that is away."""
        ...
