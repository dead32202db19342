"""Who may log in to the database, and what they may do there: made by the master user, before the first migration.

On RDS both roles log in with IAM tokens (`rds_iam`) and neither has a password. The master user is never made a
member of either: RDS refuses its password from then on, since `rds_iam` is inherited through memberships.
"""

from __future__ import annotations

import asyncpg

from app.adapters.database import Database

RDS_IAM = "rds_iam"
ROLES_LOCK = 7_304_003
"""Of PostgreSQL's advisory locks: a second runner waits for the first; the relay that leads has another."""


async def prepare_roles(database: Database) -> None:
    """Makes the migrator, which owns the schema, and the service's user, which only uses it; changes nothing twice."""
    connection = await database.connect()
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", ROLES_LOCK)
            await _make_roles(connection, database)
    finally:
        await connection.close()


async def _make_roles(connection: asyncpg.Connection, database: Database) -> None:
    there = {role["rolname"] for role in await connection.fetch("SELECT rolname FROM pg_roles")}
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    schema_rights = {database.migrator: "USAGE, CREATE", database.service_user: "USAGE"}
    for role, rights in schema_rights.items():
        if role not in there:
            await connection.execute(f"CREATE ROLE {role} LOGIN")
        if RDS_IAM in there:
            await connection.execute(f"GRANT {RDS_IAM} TO {role}")
        await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {role}")
        await connection.execute(f"GRANT {rights} ON SCHEMA public TO {role}")
