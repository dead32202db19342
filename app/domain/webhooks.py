"""Telling customers' own systems of their orders: who wants to be told, and what was told."""

from __future__ import annotations

import base64
import random
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.errors import ErrorKind, OrderServiceError
from app.domain.events import EventType
from app.domain.user import Scope, User

LONGEST_URL = 500
WEBHOOKS_OF_ONE_OWNER_MAX = 10
DELIVERIES_SHOWN = 100
ATTEMPTS_MAX = 10
SECRET_BYTES = 32
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
WEBHOOK_ID = re.compile(r"whk_[0-9a-f]{24}")
DELIVERY_ID = re.compile(r"dlv_[0-9a-f]{32}")


class WebhookNotFound(OrderServiceError):  # noqa: N818 - reads as the refusal that it is
    """The caller has no such webhook, or it no such delivery."""

    kind = ErrorKind.NOT_FOUND
    code = "webhook_not_found"


class WebhookRefused(OrderServiceError):  # noqa: N818
    """The caller has a webhook at that address, or too many."""

    kind = ErrorKind.CONFLICT
    code = "webhook_refused"


class DeliveryStatus(StrEnum):
    """`failed`: given up after the last attempt; it can be replayed."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where to tell what. `secret` signs: `whsec_` and base64, as Standard Webhooks has it."""

    id: str
    owner_id: str
    url: str
    event_types: frozenset[EventType]
    secret: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event on its way to one webhook; `fault` says why the last attempt failed."""

    id: str
    event_id: str
    event_type: str
    status: DeliveryStatus
    attempts: int
    fault: str | None
    created_at: datetime
    next_attempt_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A delivery that is due, with all that an attempt needs; `attempt` counts from 1."""

    delivery_id: str
    webhook_id: str
    event_id: str
    payload: str
    url: str
    secret: str
    attempt: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """An event that webhooks may want: `payload` goes out as it is."""

    event_id: str
    event_type: str
    customer_id: str
    payload: str


class WebhookStore(Protocol):
    """Keeps webhooks and deliveries. Every method raises `Unavailable`."""

    async def add(self, webhook: Webhook, *, webhooks_max: int) -> bool:
        """False when the owner has one at that address, or `webhooks_max` of them."""
        ...

    async def of_owner(self, owner_id: str) -> Sequence[Webhook]: ...

    async def remove(self, webhook_id: str, owner_id: str) -> bool:
        """With everything that was still to be delivered; whether the owner had it."""
        ...

    async def deliveries(self, webhook_id: str, owner_id: str, *, limit: int) -> Sequence[Delivery] | None:
        """The newest; None when the owner has no such webhook."""
        ...

    async def replay(self, delivery_id: str, webhook_id: str, owner_id: str) -> bool:
        """Makes it due now, with all its attempts before it."""
        ...


class Deliveries(Protocol):
    """The worker's side of the store."""

    async def announce(self, announcements: Sequence[Announcement]) -> int:
        """Makes a delivery for each webhook that wants the event, once however often it is announced."""
        ...

    async def take_due(self, *, limit: int, each: int, besides: Collection[str]) -> Sequence[Errand]:
        """Deliveries that nobody else takes meanwhile; one whose taker dies is due again after a while.

        At most `each` for one webhook, and none for the webhooks `besides`.
        """
        ...

    async def delivered(self, errand: Errand) -> None:
        """Counts only while no later attempt was begun and nobody asked for a replay."""
        ...

    async def failed(self, errand: Errand, *, fault: str, next_attempt_at: datetime | None) -> None:
        """None: there is no next attempt. Counts only where `delivered` would."""
        ...


class Addresses(Protocol):
    """Which addresses may be called."""

    async def require_outside(self, url: str) -> None:
        """Raises `InvalidRequest` for an address that is not a public https one."""
        ...


class Webhooks:
    """Registers webhooks and shows what they were told."""

    def __init__(self, store: WebhookStore, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses

    async def register(self, user: User, *, url: str, event_types: frozenset[EventType]) -> Webhook:
        """The webhook with its secret. Raises `Forbidden`, `InvalidRequest`, `WebhookRefused`."""
        user.require(Scope.ORDERS_READ)
        user.require(Scope.ORDERS_WRITE)
        await self._addresses.require_outside(url)
        webhook = Webhook(
            id=f"whk_{secrets.token_hex(12)}",
            owner_id=user.id,
            url=url,
            event_types=event_types,
            secret=f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}",
            created_at=datetime.now(UTC),
        )
        if not await self._store.add(webhook, webhooks_max=WEBHOOKS_OF_ONE_OWNER_MAX):
            raise WebhookRefused(f"there is a webhook at this address already, or {WEBHOOKS_OF_ONE_OWNER_MAX} of them")
        return webhook

    async def of(self, user: User) -> Sequence[Webhook]:
        """The caller's webhooks."""
        user.require(Scope.ORDERS_READ)
        return await self._store.of_owner(user.id)

    async def remove(self, user: User, webhook_id: str) -> None:
        """Raises `Forbidden`, `WebhookNotFound`."""
        user.require(Scope.ORDERS_WRITE)
        if not WEBHOOK_ID.fullmatch(webhook_id) or not await self._store.remove(webhook_id, user.id):
            raise _not_found()

    async def deliveries(self, user: User, webhook_id: str) -> Sequence[Delivery]:
        """What was told and what waits, newest first. Raises `Forbidden`, `WebhookNotFound`."""
        user.require(Scope.ORDERS_READ)
        found = None
        if WEBHOOK_ID.fullmatch(webhook_id):
            found = await self._store.deliveries(webhook_id, user.id, limit=DELIVERIES_SHOWN)
        if found is None:
            raise _not_found()
        return found

    async def replay(self, user: User, webhook_id: str, delivery_id: str) -> None:
        """Delivers once more, under the same event id. Raises `Forbidden`, `WebhookNotFound`."""
        user.require(Scope.ORDERS_WRITE)
        plausible = WEBHOOK_ID.fullmatch(webhook_id) and DELIVERY_ID.fullmatch(delivery_id)
        if not plausible or not await self._store.replay(delivery_id, webhook_id, user.id):
            raise _not_found()


def next_attempt_after(attempt: int, *, now: datetime) -> datetime | None:
    """Exponential back-off with full jitter, from seconds to hours; None after the last attempt."""
    if attempt >= ATTEMPTS_MAX:
        return None
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** (attempt - 1))
    return now + longest * random.random()  # noqa: S311 - spreads load, keeps no secret


def _not_found() -> WebhookNotFound:
    return WebhookNotFound("there is no such webhook")
