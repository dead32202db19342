"""The database's schema: bringing it up to date, and telling whether it is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.adapters.database import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 7_304_001
LOCK_INTERVAL_SECONDS = 0.5
MIGRATION_TIMEOUT_SECONDS = 600
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public",
)


async def migrate(database: Database, *, revision: str = "head") -> None:
    """Brings the schema to `revision`; at the head, fills an empty shop and lets the service's user in.

    A second runner waits for the first, by asking again: one that waited within a statement would keep the first from
    making an index beside the traffic.
    """

    async def connect() -> asyncpg.Connection:
        return await database.connect(command_timeout=MIGRATION_TIMEOUT_SECONDS)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            await connection.run_sync(_run, revision, database.service_user)
            await connection.commit()
    finally:
        await engine.dispose()


async def _lock(connection: AsyncConnection) -> None:
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK}):
        await connection.commit()
        await asyncio.sleep(LOCK_INTERVAL_SECONDS)
    await connection.commit()


def _run(connection: Connection, revision: str, service_user: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision) if revision == "head" else command.downgrade(config, revision)
    if revision == "head":
        _stock_empty_shop(connection)
        _let_in(connection, service_user)


def _let_in(connection: Connection, user: str) -> None:
    """The owner of the tables lets the service use them; `app.adapters.roles` made its user."""
    for grant in GRANTS:
        connection.execute(text(f"{grant} TO {user}"))


def _stock_empty_shop(connection: Connection) -> None:
    if connection.execute(text("SELECT EXISTS (SELECT FROM products)")).scalar_one():
        return
    shoes: list[dict[str, Any]] = json.loads((MIGRATIONS / "first_products.json").read_text())
    connection.execute(text("INSERT INTO products VALUES (:id, :name, :unit_price_cents, :currency)"), shoes)
    connection.execute(
        text(
            "INSERT INTO inventory SELECT :id, size, :available "
            "FROM generate_series(CAST(:size_min AS integer), CAST(:size_max AS integer)) AS size"
        ),
        shoes,
    )
