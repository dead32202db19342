"""The database's schema: bringing it up to date before a version serves, and taking away what only older ones need.

Expansions are of the past of every version that runs; a contraction is of the past of none that it would break.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random_exponential

from app.adapters.database import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 7_304_001
LOCK_INTERVAL_SECONDS = 0.5
MIGRATION_TIMEOUT_SECONDS = 600
LOCK_TIMEOUT = timedelta(seconds=1)
"""Whoever comes after a change that waits for a lock waits too: it gives up before they do, and tries again."""
LONGEST_PAUSE_SECONDS = 5.0
LOCK_NOT_AVAILABLE = asyncpg.LockNotAvailableError.sqlstate
HEAD, BASE = "head", "base"
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public",
)

log = logging.getLogger(__name__)


class SchemaRefused(Exception):  # noqa: N818 - reads as what happened
    """The schema stays as it is; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Revisions one after another, in a folder, and the table that says how far a database got."""

    folder: str
    version_table: str

    def config(self, connection: Connection | None = None) -> Config:
        """What Alembic is told."""
        config = Config()
        config.set_main_option("path_separator", "os")
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("version_locations", str(MIGRATIONS / self.folder))
        config.attributes.update(connection=connection, version_table=self.version_table)
        return config

    def revisions(self) -> Sequence[str]:
        """All that this version knows, the first one first."""
        return [each.revision for each in ScriptDirectory.from_config(self.config()).walk_revisions()][::-1]

    def reached(self, connection: Connection) -> str:
        """The last revision that was carried out, known or not."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_revision() or BASE


EXPANSIONS = Chain(folder="versions", version_table="alembic_version")
CONTRACTIONS = Chain(folder="contractions", version_table="alembic_contraction")


async def migrate(database: Database, *, revision: str = HEAD) -> None:
    """Brings the schema to `revision`; at the head, fills an empty shop and lets the service's user in.

    A schema that a later version expanded is left as it is. Raises `SchemaRefused` where one contracted it: this
    version may need what is gone. A second runner waits for the first, by asking again: one that waited within a
    statement would keep the first from making an index beside the traffic.
    """
    async with locked(database) as connection:
        await patiently(connection, lambda schema: _expand(schema, revision, database.service_user))


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[AsyncConnection]:
    """The one connection that may change the schema."""

    session = {"lock_timeout": f"{LOCK_TIMEOUT // timedelta(milliseconds=1)}ms"}

    async def connect() -> asyncpg.Connection:
        return await database.connect(session=session, command_timeout=MIGRATION_TIMEOUT_SECONDS)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            yield connection
    finally:
        await engine.dispose()


async def patiently(connection: AsyncConnection, change: Callable[[Connection], None]) -> None:
    """Makes a change, which may be begun anew: again and again while somebody else holds what it has to lock."""
    retrying = AsyncRetrying(
        retry=retry_if_exception(_is_lock_timeout),
        wait=wait_random_exponential(max=LONGEST_PAUSE_SECONDS),
        stop=stop_after_delay(MIGRATION_TIMEOUT_SECONDS),
        before_sleep=lambda _: log.warning("schema not changed yet: a lock was not to be had"),
        reraise=True,
    )
    await retrying(_change, connection, change)


async def _change(connection: AsyncConnection, change: Callable[[Connection], None]) -> None:
    try:
        await connection.run_sync(change)
        await connection.commit()
    except DBAPIError:
        await connection.rollback()
        raise


def _is_lock_timeout(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE


async def _lock(connection: AsyncConnection) -> None:
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK}):
        await connection.commit()
        await asyncio.sleep(LOCK_INTERVAL_SECONDS)
    await connection.commit()


def _expand(connection: Connection, revision: str, service_user: str) -> None:
    contracted = CONTRACTIONS.reached(connection)
    if contracted not in (BASE, *CONTRACTIONS.revisions()):
        raise SchemaRefused(
            f"the schema was contracted to {contracted} by a later version; deploy that one or a newer one"
        )
    if revision != HEAD and contracted != BASE:
        raise SchemaRefused(f"the schema was contracted to {contracted}; contract it to {BASE} before going back")
    reached = EXPANSIONS.reached(connection)
    if reached not in (BASE, *EXPANSIONS.revisions()):
        log.info("schema left as a later version expanded it", extra={"revision": reached})
        return
    connection.commit()
    step(connection, EXPANSIONS, command.upgrade if revision == HEAD else command.downgrade, revision)
    if revision == HEAD:
        _stock_empty_shop(connection)
        _let_in(connection, service_user)


def step(connection: Connection, chain: Chain, go: Callable[[Config, str], None], revision: str) -> None:
    """Up or down a chain."""
    go(chain.config(connection), revision)


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
