"""How fast a worker tries again, and whether it still moves."""

from __future__ import annotations

import asyncio
import random
import time

SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
STUCK_AFTER_SECONDS = 60.0


class Pace:
    """Exponential back-off with full jitter, and the time of the last sign of life."""

    def __init__(self) -> None:
        self._failures = 0
        self._moved_at = time.monotonic()

    def succeeded(self) -> None:
        """The next failure waits the shortest pause again."""
        self._failures = 0
        self._moved_at = time.monotonic()

    async def failed(self) -> None:
        """Waits, longer with every failure in a row. Failing is a sign of life too: a restart would not help."""
        self._moved_at = time.monotonic()
        longest = min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - spreads load, keeps no secret

    async def rested(self) -> None:
        """Waits the shortest pause: there was nothing to do."""
        self.succeeded()
        await asyncio.sleep(SHORTEST_PAUSE_SECONDS)

    def moves(self) -> bool:
        """Whether anything was tried within the last minute."""
        return time.monotonic() - self._moved_at < STUCK_AFTER_SECONDS
