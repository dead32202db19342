"""From the broker to the daily figures, with the effect of exactly once."""

from __future__ import annotations

import logging

from app.domain.errors import Unavailable
from app.domain.pace import Pace
from app.domain.ports import Analytics, OrderCreatedFeed

log = logging.getLogger(__name__)


class AnalyticsSubscription:
    """Records each batch, then confirms it; a crash between the two delivers it again, and nothing is counted twice."""

    def __init__(self, feed: OrderCreatedFeed, analytics: Analytics, *, pace: Pace) -> None:
        self._feed = feed
        self._analytics = analytics
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.take_next()
            except Unavailable as error:
                log.warning("events not recorded", extra={"cause": error.message})
                await self._feed.rewind()
                await self.pace.failed()

    async def take_next(self) -> int:
        """One batch, which may be empty; returns how many events were new."""
        events, dead_letters = await self._feed.next_batch()
        recorded = 0
        if events or dead_letters:
            recorded = await self._analytics.record(events, dead_letters)
            await self._feed.confirm()
        self.pace.succeeded()
        return recorded
