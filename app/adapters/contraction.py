"""Taking away what only older versions need, once none of them is there any more; and giving it back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.adapters.database import Database
from app.adapters.presence import FRESH, OTHERS, Running, running_of
from app.adapters.schema import BASE, CONTRACTIONS, EXPANSIONS, SchemaRefused, locked, patiently, step

LOOK_INTERVAL_SECONDS = 1.0


async def contract(database: Database, *, revision: str, version: str, patience: timedelta) -> None:
    """Brings the contractions to `revision`, `base` to undo them all; the same again changes nothing.

    Takes something away only after every process of a version other than `version` was silent for a while, and waits
    for that as long as `patience` says; giving back needs no waiting. Raises `SchemaRefused`.
    """
    known = [BASE, *CONTRACTIONS.revisions()]
    if revision not in known:
        raise SchemaRefused(f"CONTRACT_TO is {revision!r}, allowed are {', '.join(known)}")
    async with locked(database) as connection:
        reached = await connection.run_sync(CONTRACTIONS.reached)
        expanded = await connection.run_sync(EXPANSIONS.reached)
        await connection.commit()
        if reached not in known:
            raise SchemaRefused(f"the schema was contracted to {reached} by a later version; it is left to that one")
        if expanded != EXPANSIONS.revisions()[-1]:
            raise SchemaRefused(f"the schema is at {expanded}, not at this version's {EXPANSIONS.revisions()[-1]}")
        onward = known.index(revision) > known.index(reached)
        if onward:
            await _others_are_gone(connection, version, patience)
        if revision != reached:
            go = command.upgrade if onward else command.downgrade
            await patiently(connection, lambda schema: step(schema, CONTRACTIONS, go, revision))


async def _others_are_gone(connection: AsyncConnection, version: str, patience: timedelta) -> None:
    """Looks for long enough that whoever is there has said so, also after the database was away."""
    began_at = quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < FRESH.total_seconds():
        if others := await _others(connection, version):
            if time.monotonic() - began_at >= patience.total_seconds():
                raise SchemaRefused(f"still there: {', '.join(map(str, others))}; nothing was taken away")
            quiet_since = time.monotonic()
        await asyncio.sleep(LOOK_INTERVAL_SECONDS)


async def _others(connection: AsyncConnection, version: str) -> Sequence[Running]:
    rows = await connection.execute(text(OTHERS), {"version": version, "fresh": FRESH})
    others = running_of(rows.mappings())
    await connection.commit()
    return others
