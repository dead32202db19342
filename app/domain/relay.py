"""From the outbox to the broker: at least once, and in order for each order."""

from __future__ import annotations

import logging

from app.domain.errors import Unavailable
from app.domain.pace import Pace
from app.domain.ports import EventPublisher, Outbox

log = logging.getLogger(__name__)


class Relay:
    """Publishes what was committed. Events of one order go one at a time, so a failed one is never overtaken."""

    def __init__(self, outbox: Outbox, publisher: EventPublisher, *, pace: Pace) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if not await self.publish_next():
                    await self._outbox.wait()
            except Unavailable as error:
                log.warning("outbox not read", extra={"cause": error.message})
                await self.pace.failed()

    async def publish_next(self) -> int:
        """One batch; returns how many events the broker took. An empty one lets the publisher renew its token."""
        events = await self._outbox.unpublished()
        published = await self._publisher.publish(events)
        if published:
            await self._outbox.mark_published(published)
        if len(published) < len(events):
            log.warning("events not published", extra={"left": len(events) - len(published)})
            await self.pace.failed()
        else:
            self.pace.succeeded()
        return len(published)
