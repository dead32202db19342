"""Which processes run, by version: each says so every few seconds, and when it leaves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.adapters.database import Database
from app.adapters.tidying import Leftover
from app.domain.errors import Unavailable

BEAT_SECONDS = 5.0
FRESH = timedelta(seconds=15)
"""One that said nothing for so long is gone, or has no database to work with."""
BEAT = """
    INSERT INTO presence (pod, process, version) VALUES ($1, $2, $3)
    ON CONFLICT (pod) DO UPDATE SET process = excluded.process, version = excluded.version, seen_at = now()
"""
LEAVE = "DELETE FROM presence WHERE pod = $1"
OTHERS = """
    SELECT pod, process, version FROM presence
    WHERE version <> :version AND seen_at > now() - CAST(:fresh AS interval) ORDER BY version, process, pod
"""
GONE = Leftover(
    forget="""
        WITH gone AS (
            DELETE FROM presence WHERE pod IN (
                SELECT pod FROM presence WHERE seen_at < now() - $1::interval LIMIT $2
            ) RETURNING 1
        ) SELECT count(*) FROM gone
    """,
    kept=timedelta(days=1),
)


@dataclass(frozen=True, kw_only=True)
class Running:
    """One process, and of which version it is."""

    pod: str
    process: str
    version: str

    def __str__(self) -> str:
        return f"{self.pod} ({self.process} of version {self.version})"


class Presence:
    """Says that this process is there."""

    def __init__(self, database: Database, running: Running) -> None:
        self._database = database
        self._running = running

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):
                await self.beat()
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self) -> None:
        """Once. Raises `Unavailable`."""
        running = self._running
        async with self._database.connection() as connection:
            await connection.execute(BEAT, running.pod, running.process, running.version)

    async def leave(self) -> None:
        """Says that it goes; if nobody hears that, it is missed soon."""
        with contextlib.suppress(Unavailable):
            async with self._database.connection() as connection:
                await connection.execute(LEAVE, self._running.pod)


def running_of(rows: Iterable[Mapping[Any, Any]]) -> list[Running]:
    """What the rows of `OTHERS` say."""
    return [Running(**row) for row in rows]
