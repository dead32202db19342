"""How full things are: pools, queues, the outbox. Read whenever metrics are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import asyncpg
from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from app.adapters.database import Database
from app.domain.errors import Unavailable

LOOK_INTERVAL_SECONDS = 5.0
EVENTS_WAITING = "events_waiting"
"""What consumers are scaled by."""
POOL = "db.client.connection.pool.name"
STATE = "db.client.connection.state"
DEPTH = "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM outbox"
UNPUBLISHED = f"{DEPTH} WHERE published_at IS NULL"

log = logging.getLogger(__name__)


def observe_pools(databases: Sequence[Database]) -> None:
    """Publishes how many connections each pool has, idle and used, and how many it may have."""

    def connections(_: CallbackOptions) -> Iterable[Observation]:
        for name, pool in _pools(databases):
            idle = pool.get_idle_size()
            yield Observation(idle, {POOL: name, STATE: "idle"})
            yield Observation(pool.get_size() - idle, {POOL: name, STATE: "used"})

    def limits(_: CallbackOptions) -> Iterable[Observation]:
        for name, pool in _pools(databases):
            yield Observation(pool.get_max_size(), {POOL: name})

    meter = metrics.get_meter(__name__)
    meter.create_observable_up_down_counter("db.client.connection.count", callbacks=[connections])
    meter.create_observable_up_down_counter("db.client.connection.max", callbacks=[limits])


def _pools(databases: Sequence[Database]) -> Iterable[tuple[str, asyncpg.Pool]]:
    return [(database.name, database.pool) for database in databases if database.pool is not None]


def observe_queue(length: Callable[[], int], *, name: str, description: str) -> None:
    """Publishes a length as the gauge `name`."""

    def lengths(_: CallbackOptions) -> Iterable[Observation]:
        yield Observation(length())

    metrics.get_meter(__name__).create_observable_gauge(name, callbacks=[lengths], description=description)


@dataclass(frozen=True, kw_only=True)
class Depth:
    """Events that wait to be published, and for how long the oldest one has."""

    events: int
    oldest_seconds: float


class OutboxDepth:
    """Looks every five seconds, for as long as `wanted()`: the relay that leads tells, the others are silent."""

    def __init__(self, database: Database, *, wanted: Callable[[], bool]) -> None:
        self._database = database
        self._wanted = wanted
        self._depth: Depth | None = None
        meter = metrics.get_meter(__name__)
        meter.create_observable_gauge(
            "outbox_unpublished", callbacks=[self._events], description="Events that wait to be published."
        )
        meter.create_observable_gauge(
            "outbox_oldest", unit="s", callbacks=[self._age], description="How long the oldest of them waits."
        )

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("outbox depth not read", extra={"cause": error.message})
            await asyncio.sleep(LOOK_INTERVAL_SECONDS)

    async def look(self) -> Depth | None:
        """How deep it is now; None where another relay tells. Raises `Unavailable`."""
        self._depth = None
        if self._wanted():
            async with self._database.connection() as connection:
                events, oldest_seconds = await connection.fetchrow(UNPUBLISHED)
            self._depth = Depth(events=events, oldest_seconds=oldest_seconds)
        return self._depth

    def _events(self, _: CallbackOptions) -> Iterable[Observation]:
        if self._depth is not None:
            yield Observation(self._depth.events)

    def _age(self, _: CallbackOptions) -> Iterable[Observation]:
        if self._depth is not None:
            yield Observation(self._depth.oldest_seconds)
