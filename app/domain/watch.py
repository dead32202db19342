"""Following orders as they change, whichever replica changes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import Unavailable
from app.domain.order import Order
from app.domain.ports import OrderReads

LOOK_INTERVAL_SECONDS = 0.5
WATCHERS_MAX = 1_000

log = logging.getLogger(__name__)


class OrderWatch:
    """One look at the store serves everyone on this replica who follows an order.

    Nothing is kept here but who is waiting: what a watcher has seen is in the version that it names, so any replica
    can go on where another one died. Of changes between two looks the last is told.
    """

    def __init__(self, reads: OrderReads, *, interval_seconds: float = LOOK_INTERVAL_SECONDS) -> None:
        self._reads = reads
        self._interval_seconds = interval_seconds
        self._watchers: dict[str, set[asyncio.Queue[Order]]] = {}
        self._count = 0
        self._wanted = asyncio.Event()

    def require_room(self) -> None:
        """Raises `Unavailable` while too many are following."""
        if self._count >= WATCHERS_MAX:
            raise Unavailable("too many orders are being followed here", retry_after_seconds=1)

    @contextmanager
    def following(self, order_id: str) -> Iterator[asyncio.Queue[Order]]:
        """A queue that gets the order at every look."""
        news: asyncio.Queue[Order] = asyncio.Queue()
        self._watchers.setdefault(order_id, set()).add(news)
        self._count += 1
        self._wanted.set()
        try:
            yield news
        finally:
            self._count -= 1
            self._watchers[order_id].discard(news)
            if not self._watchers[order_id]:
                del self._watchers[order_id]

    async def run(self) -> None:
        """Until cancelled; rests while nobody follows anything."""
        while True:
            if not self._watchers:
                self._wanted.clear()
                await self._wanted.wait()
            await self._look()
            await asyncio.sleep(self._interval_seconds)

    async def _look(self) -> None:
        """One that fails, however it does, is made up for by the next: whoever follows an order waits for it."""
        try:
            orders = await self._reads.find_many(list(self._watchers))
        except Exception as error:
            log.warning("followed orders not read", extra={"cause": repr(error)})
            return
        for order in orders:
            for news in self._watchers.get(order.id, ()):
                news.put_nowait(order)
