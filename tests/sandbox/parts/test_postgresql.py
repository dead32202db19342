"""The real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from sandbox.parts import unprivileged
from sandbox.parts.part import Health, Part
from sandbox.parts.registry import Parts

pytestmark = pytest.mark.parts

SETTINGS = {"username": "orders_admin", "database": "orders"}


async def query(part: Part, statement: str, **overrides: Any) -> Any:
    record = part.record
    settings = {"user": record.settings["username"], **record.settings, **overrides}
    credentials = {name: settings[name] for name in ("user", "password", "database")}
    connection = await asyncpg.connect(host=record.host, port=record.port, **credentials)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_rows_survive_a_kill_in_the_middle_of_open_connections(
    parts: Parts, free_port: int, kill: Callable[[Part], None], listening: Callable[[Part], set[str]]
) -> None:
    part = parts.create("postgresql", "rds-orders", preferred_port=free_port, settings=SETTINGS)
    await query(part, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert listening(part) == {"127.0.0.1"}
    record = part.record
    other = await asyncpg.connect(
        host=record.host, port=record.port, user="orders_admin", password=record.settings["password"], database="orders"
    )
    kill(part)
    parts.start_all()
    assert await query(part, "SELECT answer FROM kept") == 42
    other.terminate()


async def test_a_stop_is_clean_and_keeps_rows_and_password(parts: Parts, free_port: int) -> None:
    part = parts.create("postgresql", "rds-orders", preferred_port=free_port, settings=SETTINGS)
    await query(part, "CREATE TABLE kept AS SELECT 42 AS answer")
    password = part.record.settings["password"]
    part.stop()
    again = parts.create("postgresql", "rds-orders", preferred_port=free_port, settings={"password": "another"})
    assert again.record.settings["password"] == password
    assert await query(again, "SELECT answer FROM kept") == 42
    assert "was not properly shut down" not in part.log.read_text()


async def test_commits_are_on_disk_and_the_password_is_asked_for(parts: Parts, free_port: int) -> None:
    part = parts.create("postgresql", "rds-orders", preferred_port=free_port, settings=SETTINGS)
    shown = {name: await query(part, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "password_encryption")}
    assert shown == {"fsync": "on", "synchronous_commit": "on", "password_encryption": "scram-sha-256"}
    assert await query(part, "SHOW shared_preload_libraries") == "pg_stat_statements"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await query(part, "SELECT 1", password="wrong")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")
def test_root_runs_it_where_namespaces_are_blocked(
    parts: Parts, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unprivileged, "NAMESPACE", ["false"])
    unprivileged._prefix.cache_clear()
    part = parts.create("postgresql", "rds-orders", preferred_port=free_port)
    unprivileged._prefix.cache_clear()
    process = part.process()
    assert part.health() is Health.RUNNING
    assert process is not None
    assert process.uids().effective == 65534
