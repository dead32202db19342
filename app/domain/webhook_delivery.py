"""From events to the webhooks that want them: at least once, under an id by which a receiver knows repetitions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from app.domain.errors import Unavailable
from app.domain.pace import Pace
from app.domain.webhooks import Announcement, Deliveries, Errand, next_attempt_after

AT_ONCE_MAX = 64
AT_ONE_RECEIVER_MAX = 4
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
    """Attempts what is due; what fails is due again later, and given up in the end.

    Nobody waits for another one's receiver: each has a few attempts at once, and more only when these have ended.
    """

    def __init__(
        self, deliveries: Deliveries, caller: WebhookCaller, *, pace: Pace, now: Callable[[], datetime] = _now
    ) -> None:
        self._deliveries = deliveries
        self._caller = caller
        self._now = now
        self._under_way: dict[str, int] = {}
        self._ended = asyncio.Event()
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled, and the attempts with it: what they were for is due again when its lease ends."""
        async with asyncio.TaskGroup() as attempts:
            while True:
                try:
                    begun = await self.begin_due(attempts)
                    self.pace.succeeded()
                except Unavailable as error:
                    log.warning("deliveries not taken", extra={"cause": error.message})
                    await self.pace.failed()
                else:
                    if not begun:
                        await self._rest()

    async def begin_due(self, attempts: asyncio.TaskGroup) -> int:
        """Begins what is due and has a place, without waiting for its end; how many attempts that are."""
        self._ended.clear()
        places = AT_ONCE_MAX - sum(self._under_way.values())
        if places <= 0:
            return 0
        errands = await self._deliveries.take_due(limit=places, each=AT_ONE_RECEIVER_MAX, besides=self._under_way)
        for errand in errands:
            self._under_way[errand.webhook_id] = self._under_way.get(errand.webhook_id, 0) + 1
            attempts.create_task(self._attempt(errand))
        return len(errands)

    async def _rest(self) -> None:
        """Until a receiver is free again, or something new may be due."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), REST_SECONDS)

    async def _attempt(self, errand: Errand) -> None:
        try:
            await self._deliver(errand)
        except Unavailable as error:
            log.warning("attempt not noted", extra={"delivery": errand.delivery_id, "cause": error.message})
        finally:
            self._under_way[errand.webhook_id] -= 1
            if not self._under_way[errand.webhook_id]:
                del self._under_way[errand.webhook_id]
                self._ended.set()

    async def _deliver(self, errand: Errand) -> None:
        fault = await self._called(errand)
        if fault is None:
            await self._deliveries.delivered(errand)
            return
        next_attempt_at = next_attempt_after(errand.attempt, now=self._now())
        log.info("webhook not delivered", extra={"delivery": errand.delivery_id, "attempt": errand.attempt})
        await self._deliveries.failed(errand, fault=fault, next_attempt_at=next_attempt_at)

    async def _called(self, errand: Errand) -> str | None:
        """A fault of ours is this delivery's alone: it fails in the end, and the others go on."""
        try:
            return await self._caller.call(errand)
        except Exception as error:
            log.error("attempt broke off", exc_info=error, extra={"delivery": errand.delivery_id})
            return "it could not be sent"
