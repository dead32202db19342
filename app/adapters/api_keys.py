"""API keys in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from app.adapters.database import Database
from app.domain.api_keys import ApiKey
from app.domain.user import Scope

COLUMNS = "id, owner_id, name, scopes, digest, created_at, expires_at, revoked_at"
ADD = f"""
    INSERT INTO api_keys ({COLUMNS})
    SELECT $1, $2, $3, $4::text[], $5, $6, $7, NULL
    WHERE (SELECT count(*) FROM api_keys WHERE owner_id = $2 AND revoked_at IS NULL) < $8
    ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants alone
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('api keys of ' || $1, 0))"
END_EXPIRED = """
    UPDATE api_keys SET revoked_at = now() WHERE owner_id = $1 AND revoked_at IS NULL AND expires_at <= now()
"""
FIND = f"SELECT {COLUMNS} FROM api_keys WHERE id = $1"  # noqa: S608
OF_OWNER = f"""
    SELECT {COLUMNS} FROM api_keys WHERE owner_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC
"""  # noqa: S608
REVOKE = """
    UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND owner_id = $2 AND revoked_at IS NULL RETURNING id
"""


class PostgresApiKeys:
    """Digests, never keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, *, keys_max: int) -> bool:
        """See `ApiKeyStore.add`. An expired key makes room, and leaves its name."""
        columns = (key.id, key.owner_id, key.name, sorted(key.scopes), key.digest, key.created_at, key.expires_at)
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(ONE_AT_A_TIME, key.owner_id)
            await connection.execute(END_EXPIRED, key.owner_id)
            return bool(await connection.fetch(ADD, *columns, keys_max))

    async def find(self, key_id: str) -> ApiKey | None:
        """See `ApiKeyStore.find`."""
        rows = await self._rows(FIND, key_id)
        return _key(rows[0]) if rows else None

    async def of_owner(self, owner_id: str) -> Sequence[ApiKey]:
        """See `ApiKeyStore.of_owner`."""
        return [_key(row) for row in await self._rows(OF_OWNER, owner_id)]

    async def revoke(self, key_id: str, owner_id: str) -> bool:
        """See `ApiKeyStore.revoke`."""
        return bool(await self._rows(REVOKE, key_id, owner_id))

    async def _rows(self, statement: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            return await connection.fetch(statement, *arguments)


def _key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(**{**row, "scopes": frozenset(map(Scope, row["scopes"]))})
