"""From the broker to those who want to know, with the effect of exactly once for each of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.errors import Unavailable
from app.domain.events import EventType, OrderEvent
from app.domain.pace import Pace

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A record of the broker as it came. `event` is None when it cannot be understood, and `fault` says why.

    `subscriber` is None for all, or the one for whom it comes again; it failed `failures` times for that one.
    """

    key: bytes | None
    value: bytes | None
    event: OrderEvent | None
    fault: str = ""
    event_id: str | None = None
    event_type: str | None = None
    traceparent: str | None = None
    subscriber: str | None = None
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A delivery that one subscriber (or, where it is None, nobody) could not take, and why."""

    delivery: Delivery
    subscriber: str | None
    reason: str


class Subscriber(Protocol):
    """One who wants to know."""

    @property
    def name(self) -> str: ...

    @property
    def interests(self) -> frozenset[EventType]: ...

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """All or nothing, and an event that was taken before changes nothing.

        Raises `Unavailable` when nothing at all can be taken right now; any other error is the events' own.
        """
        ...


class Feed(Protocol):
    """The broker, for reading: what was not confirmed is delivered again."""

    async def next_batch(self) -> Sequence[Delivery]: ...

    async def confirm(self) -> None:
        """The last batch is done with."""
        ...

    async def rewind(self) -> None:
        """The last batch is to be delivered again."""
        ...


class SecondChances(Protocol):
    """Where what failed goes: to come again later, or, when it has failed too often, to be looked at by a person."""

    async def keep(self, failures: Sequence[Failure]) -> None:
        """Durable when it returns. Raises `Unavailable`."""
        ...


class Consumption:
    """Hands each batch to every subscriber, keeps what failed, then confirms; a crash in between repeats the batch."""

    def __init__(
        self, feed: Feed, subscribers: Sequence[Subscriber], second_chances: SecondChances, *, pace: Pace
    ) -> None:
        self._feed = feed
        self._subscribers = subscribers
        self._second_chances = second_chances
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.take_next()
            except Unavailable as error:
                log.warning("events not taken", extra={"cause": error.message})
                await self._feed.rewind()
                await self.pace.failed()

    async def take_next(self) -> None:
        """One batch, which may be empty."""
        batch = await self._feed.next_batch()
        if batch:
            unreadable = [
                Failure(delivery=delivery, subscriber=None, reason=delivery.fault)
                for delivery in batch
                if delivery.event is None
            ]
            failed = await asyncio.gather(*(self._offer(subscriber, batch) for subscriber in self._subscribers))
            failures = [*unreadable, *(failure for each in failed for failure in each)]
            if failures:
                await self._second_chances.keep(failures)
            await self._feed.confirm()
        self.pace.succeeded()

    async def _offer(self, subscriber: Subscriber, batch: Sequence[Delivery]) -> Sequence[Failure]:
        wanted = [delivery for delivery in batch if _is_for(subscriber, delivery)]
        if not wanted or await self._take(subscriber, wanted) is None:
            return []
        return [
            Failure(delivery=delivery, subscriber=subscriber.name, reason=reason)
            for delivery in wanted
            if (reason := await self._take(subscriber, [delivery])) is not None
        ]

    async def _take(self, subscriber: Subscriber, wanted: Sequence[Delivery]) -> str | None:
        """Why it was not taken; None when it was."""
        try:
            await subscriber.take([delivery.event for delivery in wanted if delivery.event is not None])
        except Unavailable:
            raise
        except Exception as error:
            log.warning("events refused", extra={"subscriber": subscriber.name, "cause": repr(error)})
            return repr(error)
        return None


def _is_for(subscriber: Subscriber, delivery: Delivery) -> bool:
    return (
        delivery.event is not None
        and delivery.event.type in subscriber.interests
        and delivery.subscriber in (None, subscriber.name)
    )
