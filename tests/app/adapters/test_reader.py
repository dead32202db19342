import pytest

from app.adapters.database import Database
from app.adapters.reader import Reader
from app.domain.errors import Unavailable
from tests.app.conftest import ShopDatabase
from tests.harness.database import LocalDatabase, TestServer

pytestmark = pytest.mark.parts
NAMES = "SELECT name FROM products ORDER BY id"


@pytest.fixture
async def replica(postgresql: TestServer) -> Database:
    database = postgresql.database(await postgresql.copy_template())
    await database.open_pool(connections_max=1)
    async with database.connection() as connection:
        await connection.execute("UPDATE products SET name = 'as the replica has it'")
    return database


async def away(postgresql: TestServer) -> Database:
    nobody = TestServer(host="127.0.0.1", port=1, username=postgresql.username, password=postgresql.password)
    database = LocalDatabase(nobody, "shop")
    await database.open_pool(connections_max=1)
    return database


async def test_reads_go_to_the_replica(shop_database: ShopDatabase, replica: Database) -> None:
    rows = await Reader(shop_database.adapter, replica).rows(NAMES)
    assert {row["name"] for row in rows} == {"as the replica has it"}
    await replica.close()


async def test_a_dead_replica_costs_nothing_but_the_primary(
    shop_database: ShopDatabase, postgresql: TestServer
) -> None:
    rows = await Reader(shop_database.adapter, await away(postgresql)).rows(NAMES)
    assert len(rows) == 3


CONFLICT = """
    CREATE FUNCTION conflict() RETURNS text LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'canceling statement due to conflict with recovery' USING ERRCODE = '40001'; END $$;
    CREATE VIEW products AS SELECT conflict() AS name, '' AS id;
"""


@pytest.mark.parametrize("trouble", ["", CONFLICT], ids=["a table that is not there yet", "a conflict with recovery"])
async def test_what_a_replica_cannot_answer_the_primary_does(
    shop_database: ShopDatabase, replica: Database, trouble: str
) -> None:
    async with replica.connection() as connection:
        await connection.execute(f"ALTER TABLE products RENAME TO elsewhere; {trouble}")
    rows = await Reader(shop_database.adapter, replica).rows(NAMES)
    assert len(rows) == 3
    await replica.close()


async def test_with_both_away_it_says_so(postgresql: TestServer) -> None:
    with pytest.raises(Unavailable):
        await Reader(await away(postgresql), await away(postgresql)).rows(NAMES)
