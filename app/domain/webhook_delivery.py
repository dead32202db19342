"""From events to the webhooks that want them: at least once, under an id by which a receiver knows repetitions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from app.domain.errors import Unavailable
from app.domain.pace import Pace
from app.domain.webhooks import Announcement, Deliveries, Errand, next_attempt_after

AT_ONCE_MAX = 20
REST_SECONDS = 0.5

log = logging.getLogger(__name__)


class AnnouncementFeed(Protocol):
    """The broker, for reading: what was not confirmed is delivered again."""

    async def next_batch(self) -> Sequence[Announcement]: ...

    async def confirm(self) -> None: ...

    async def rewind(self) -> None: ...


class WebhookCaller(Protocol):
    """Makes one attempt."""

    async def call(self, errand: Errand) -> str | None:
        """None when the receiver took it, else why not, in words that tell its owner nothing of the inside."""
        ...


class Announcer:
    """Turns events into deliveries."""

    def __init__(self, feed: AnnouncementFeed, deliveries: Deliveries, *, pace: Pace) -> None:
        self._feed = feed
        self._deliveries = deliveries
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                announcements = await self._feed.next_batch()
                if announcements:
                    await self._deliveries.announce(announcements)
                await self._feed.confirm()
                self.pace.succeeded()
            except Unavailable as error:
                log.warning("events not announced", extra={"cause": error.message})
                await self._feed.rewind()
                await self.pace.failed()


def _now() -> datetime:
    return datetime.now(UTC)


class Courier:
    """Attempts what is due, some at once; what fails is due again later, and given up in the end."""

    def __init__(
        self, deliveries: Deliveries, caller: WebhookCaller, *, pace: Pace, now: Callable[[], datetime] = _now
    ) -> None:
        self._deliveries = deliveries
        self._caller = caller
        self._now = now
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if not await self.deliver_due():
                    await asyncio.sleep(REST_SECONDS)
                self.pace.succeeded()
            except Unavailable as error:
                log.warning("deliveries not taken", extra={"cause": error.message})
                await self.pace.failed()

    async def deliver_due(self) -> int:
        """One round; how many attempts were made."""
        errands = await self._deliveries.take_due(limit=AT_ONCE_MAX)
        await asyncio.gather(*(self._attempt(errand) for errand in errands))
        return len(errands)

    async def _attempt(self, errand: Errand) -> None:
        fault = await self._caller.call(errand)
        if fault is None:
            await self._deliveries.delivered(errand)
            return
        next_attempt_at = next_attempt_after(errand.attempt, now=self._now())
        log.info("webhook not delivered", extra={"delivery": errand.delivery_id, "attempt": errand.attempt})
        await self._deliveries.failed(errand, fault=fault, next_attempt_at=next_attempt_at)
