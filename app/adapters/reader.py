"""Reading where it costs the primary nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from app.adapters.database import Database
from app.domain.errors import Unavailable


class Reader:
    """Asks the replica if there is one and it answers, else the primary. What it reads may be some moments old."""

    def __init__(self, primary: Database, replica: Database | None = None) -> None:
        self._primary = primary
        self._replica = replica

    async def rows(self, statement: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        """All rows of one statement. Raises `Unavailable` when nobody answers."""
        if self._replica is not None:
            try:
                return await _rows(self._replica, statement, arguments)
            except Unavailable:
                pass
        return await _rows(self._primary, statement, arguments)


async def _rows(database: Database, statement: str, arguments: Sequence[Any]) -> Sequence[asyncpg.Record]:
    async with database.connection() as connection:
        return await connection.fetch(statement, *arguments)
