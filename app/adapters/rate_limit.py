"""Requests by caller and minute, counted in Valkey for all replicas together."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Sequence

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from app.adapters.cache import Cache
from app.adapters.coalescer import Coalescer
from app.domain.allowance import Allowance
from app.domain.errors import Unavailable

WINDOW_SECONDS = 60
WORKERS = 2
BATCH_SIZE_MAX = 256
QUEUE_LENGTH_MAX = 4_096


class ValkeyRateLimiter:
    """Fixed windows of a minute; who asks is kept as a digest only.

    Hits that come together share a round trip. While the cache is away each replica counts for itself.
    """

    def __init__(self, cache: Cache, *, requests_per_minute: int) -> None:
        self._cache = cache
        self._limit = requests_per_minute
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._alone_limit = RateLimitItemPerMinute(requests_per_minute)
        self._hits: Coalescer[str, int | None] = Coalescer(
            self._count, workers=WORKERS, batch_size_max=BATCH_SIZE_MAX, queue_length_max=QUEUE_LENGTH_MAX
        )

    async def hit(self, caller: str) -> Allowance:
        """See `RateLimiter.hit`."""
        digest = hashlib.blake2b(caller.encode(), digest_size=12).hexdigest()
        now = time.time()
        key = f"rate:{digest}:{int(now) // WINDOW_SECONDS}"
        try:
            used = await self._hits.submit(key)
        except Unavailable:
            used = None
        if used is None:
            return await self._hit_alone(digest)
        reset_seconds = math.ceil(WINDOW_SECONDS - now % WINDOW_SECONDS)
        return Allowance.after(used, limit=self._limit, reset_seconds=reset_seconds)

    async def _count(self, keys: Sequence[str]) -> Sequence[int | None]:
        counted = await self._cache.count(keys, seconds=2 * WINDOW_SECONDS)
        return [None] * len(keys) if counted is None else counted

    async def _hit_alone(self, digest: str) -> Allowance:
        granted = await self._alone.hit(self._alone_limit, digest)
        window = await self._alone.get_window_stats(self._alone_limit, digest)
        return Allowance(
            limit=self._limit,
            remaining=max(window.remaining, 0),
            reset_seconds=max(math.ceil(window.reset_time - time.time()), 1),
            granted=granted,
        )
