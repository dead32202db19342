"""Removing what is no longer needed, a batch at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from app.adapters.database import Database
from app.domain.errors import Unavailable

BATCH_SIZE = 5_000
INTERVAL_SECONDS = 60
PAUSE_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """Rows that are kept for `kept`: `forget` deletes the older ones ($1, an interval), at most $2, and counts them."""

    forget: str
    kept: timedelta


async def tidy(database: Database, *leftovers: Leftover) -> bool:
    """Removes a batch of each; whether there may be more. Raises `Unavailable`."""
    async with database.connection() as connection:
        removed = [await connection.fetchval(each.forget, each.kept, BATCH_SIZE) for each in leftovers]
    return BATCH_SIZE in removed


async def keep_tidy(work: Callable[[], Awaitable[bool]]) -> None:
    """Until cancelled: every minute, and soon again while there is more; what fails is left for the next time."""
    while True:
        more = False
        with contextlib.suppress(Unavailable):
            more = await work()
        await asyncio.sleep(PAUSE_SECONDS if more else INTERVAL_SECONDS)
