"""Reading where it costs the primary nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import asyncpg

from app.adapters.database import Database
from app.domain.errors import Unavailable

log = logging.getLogger(__name__)


class Reader:
    """Asks the replica if there is one and it answers, else the primary. What it reads may be some moments old.

    A replica ends a read that is in the way of what it has to repeat, and may not have heard of a new table yet: the
    primary has neither trouble.
    """

    def __init__(self, primary: Database, replica: Database | None = None) -> None:
        self._primary = primary
        self._replica = replica

    async def rows(self, statement: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        """All rows of one statement. Raises `Unavailable` when nobody answers."""
        if self._replica is not None:
            try:
                return await _rows(self._replica, statement, arguments)
            except (Unavailable, asyncpg.PostgresError) as error:
                log.info("replica passed over", extra={"cause": type(error).__name__})
        return await _rows(self._primary, statement, arguments)


async def _rows(database: Database, statement: str, arguments: Sequence[Any]) -> Sequence[asyncpg.Record]:
    async with database.connection() as connection:
        return await connection.fetch(statement, *arguments)
