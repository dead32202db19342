"""The two roles, on a server where `rds_iam` is there as it is on RDS."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.adapters.database import Credentials
from app.adapters.outbox import RELAY_LOCK
from app.adapters.roles import prepare_roles
from app.adapters.schema import migrate
from tests.app.conftest import ShopDatabase
from tests.harness.database import LocalDatabase, TestServer

pytestmark = pytest.mark.parts

MEMBERS = """
    SELECT member.rolname FROM pg_auth_members
    JOIN pg_roles AS role ON role.oid = roleid JOIN pg_roles AS member ON member.oid = member
    WHERE role.rolname = 'rds_iam' ORDER BY 1
"""
OWNERS = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
PASSWORD = "for-this-test"


class DatabaseAs(LocalDatabase):
    """The service's adapter, logged in as one role."""

    def __init__(self, server: TestServer, name: str, user: str) -> None:
        super().__init__(server, name)
        self._as = Credentials(user=user, password=PASSWORD)

    async def credentials(self) -> Credentials:
        return self._as


@pytest.fixture
async def empty(shop_database: ShopDatabase) -> AsyncIterator[ShopDatabase]:
    """A database without tables, on a server that knows `rds_iam`."""
    await migrate(shop_database.adapter, revision="base")
    await shop_database.run("DROP TABLE alembic_version")
    await shop_database.run("CREATE ROLE rds_iam")
    yield shop_database
    await shop_database.run("DROP ROLE rds_iam")


async def logged_in(shop: ShopDatabase, user: str) -> DatabaseAs:
    await shop.run(f"ALTER ROLE {user} PASSWORD '{PASSWORD}'")
    return DatabaseAs(shop.server, shop.name, user)


async def test_both_roles_log_in_by_iam_and_the_master_user_does_not(empty: ShopDatabase) -> None:
    await prepare_roles(empty.adapter)
    assert [row["rolname"] for row in await empty.run(MEMBERS)] == ["orders", "orders_migrator"]
    assert await empty.value("SELECT count(*) FROM pg_authid WHERE rolname = 'orders_migrator' AND rolcreaterole") == 0


async def test_the_migrator_owns_what_it_makes_and_the_service_uses_it(empty: ShopDatabase) -> None:
    await prepare_roles(empty.adapter)
    await migrate(await logged_in(empty, "orders_migrator"))
    assert await empty.value(OWNERS) == "orders_migrator"
    connection = await (await logged_in(empty, "orders")).connect()
    try:
        assert await connection.fetchval("SELECT count(*) FROM products") == 3
        await connection.execute("UPDATE inventory SET available = 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for schema public"):
            await connection.execute("CREATE TABLE mine (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="must be owner"):
            await connection.execute("DROP TABLE products")
    finally:
        await connection.close()


async def test_without_its_roles_no_migration_leaves_anything_behind(empty: ShopDatabase) -> None:
    await empty.run("CREATE ROLE stranger LOGIN")
    try:
        with pytest.raises(Exception, match="permission denied for schema public"):
            await migrate(await logged_in(empty, "stranger"))
        assert await empty.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        await empty.run("DROP ROLE stranger")


async def test_two_runners_at_once_and_a_second_run_change_nothing(empty: ShopDatabase) -> None:
    await asyncio.gather(prepare_roles(empty.adapter), prepare_roles(empty.adapter))
    await prepare_roles(empty.adapter)
    assert [row["rolname"] for row in await empty.run(MEMBERS)] == ["orders", "orders_migrator"]


async def test_a_relay_that_leads_does_not_hold_the_next_version_up(empty: ShopDatabase) -> None:
    leader = await empty.adapter.connect()
    try:
        await leader.execute("SELECT pg_advisory_lock($1)", RELAY_LOCK)
        await prepare_roles(empty.adapter)
    finally:
        await leader.close()
    assert [row["rolname"] for row in await empty.run(MEMBERS)] == ["orders", "orders_migrator"]
