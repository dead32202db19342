"""A database of its own for each test, copied from one that was migrated once."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

import asyncpg

from app.adapters.database import Credentials, Database
from app.adapters.roles import prepare_roles
from app.adapters.schema import migrate
from app.settings import DatabaseSettings, DatabaseTls
from sandbox.parts.part import Part

TEMPLATE = "migrated"


@dataclass(frozen=True, kw_only=True)
class TestServer:
    """A PostgreSQL part; `password` and `username` are its superuser's."""

    __test__ = False

    host: str
    port: int
    username: str
    password: str

    @classmethod
    def of(cls, part: Part) -> TestServer:
        """The server that the part runs."""
        record = part.record
        settings = record.settings
        return cls(host=record.host, port=record.port, username=settings["username"], password=settings["password"])

    def settings(self, database: str) -> DatabaseSettings:
        """How the service is told of one database of the server."""
        return DatabaseSettings(
            database_host=self.host,
            database_port=self.port,
            database_name=database,
            database_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db",
            database_tls=DatabaseTls.DISABLE,
        )

    def database(self, name: str) -> Database:
        """The service's own adapter, with the credentials at hand in place of a secret."""
        return LocalDatabase(self, name)

    async def run(self, statement: str, *arguments: Any, database: str = "postgres") -> list[asyncpg.Record]:
        """One statement on a connection of its own."""
        connection = await asyncpg.connect(
            host=self.host, port=self.port, user=self.username, password=self.password, database=database
        )
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    def make_template(self) -> None:
        """Migrates the database that the others are copies of."""

        async def make() -> None:
            await self.run(f"CREATE DATABASE {TEMPLATE}")
            await prepare_roles(self.database(TEMPLATE))
            await migrate(self.database(TEMPLATE))

        asyncio.run(make())

    def leave_syncing_to_the_machine(self) -> None:
        """What a killed server wrote is still there; after a power cut it may not be, which no test looks at."""

        async def leave() -> None:
            await self.run("ALTER SYSTEM SET fsync = off")
            await self.run("SELECT pg_reload_conf()")

        asyncio.run(leave())

    async def copy_template(self) -> str:
        """A fresh database; returns its name."""
        name = f"shop_{secrets.token_hex(6)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return name

    async def drop(self, name: str) -> None:
        """Takes a copy away, with the connections that it still has."""
        await self.run(f"DROP DATABASE {name} WITH (FORCE)")


class LocalDatabase(Database):
    """Needs no Secrets Manager."""

    def __init__(self, server: TestServer, name: str) -> None:
        super().__init__(server.settings(name), application_name="test")
        self._server = server

    async def credentials(self) -> Credentials:
        """The superuser's."""
        return Credentials(user=self._server.username, password=self._server.password)
