import asyncio
from datetime import timedelta

import pytest

from app.adapters import schema
from app.adapters.schema import CONTRACTIONS, EXPANSIONS, SchemaRefused, migrate
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
MAKING_INDEX = """
    SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock' AND datname = current_database()
"""
KEEPS_ORDERS_WAITING = """
    SELECT mode FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND relation = 'orders'::regclass
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%'"


async def test_the_schema_goes_back_and_forth(shop_database: ShopDatabase) -> None:
    await migrate(shop_database.adapter, revision="base")
    assert await shop_database.value(TABLES) == 0
    await migrate(shop_database.adapter)
    assert await shop_database.value("SELECT count(*) FROM products") == 3


async def test_two_runners_at_once_migrate_once(shop_database: ShopDatabase) -> None:
    await migrate(shop_database.adapter, revision="base")
    await asyncio.gather(migrate(shop_database.adapter), migrate(shop_database.adapter))
    assert await shop_database.value("SELECT count(*) FROM inventory") == 33


async def test_a_shop_with_products_is_not_stocked_again(shop_database: ShopDatabase) -> None:
    await shop_database.stock(1)
    await migrate(shop_database.adapter)
    assert await shop_database.left() == 1


def test_a_revision_says_by_its_name_which_way_it_goes() -> None:
    assert [name for name in EXPANSIONS.revisions() if not name.startswith("expand_")] == ["0001"]
    assert [name for name in CONTRACTIONS.revisions() if not name.startswith("contract_")] == []


async def test_a_change_that_waits_for_a_long_reader_keeps_no_order_waiting(
    shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "LOCK_TIMEOUT", timedelta(milliseconds=200))
    monkeypatch.setattr(schema, "LONGEST_PAUSE_SECONDS", 0.2)
    await migrate(shop_database.adapter, revision="expand_api_keys")
    async with shop_database.adapter.connection() as dump, dump.transaction():
        await dump.execute("LOCK TABLE orders IN ACCESS SHARE MODE")
        changing = asyncio.ensure_future(migrate(shop_database.adapter))
        async with asyncio.timeout(60):
            while not await shop_database.value(WAITING):
                await asyncio.sleep(0.02)
            assert await shop_database.run("UPDATE orders SET version = version RETURNING 1") == []
        assert not changing.done()
    await changing
    assert await shop_database.value("SELECT version_num FROM alembic_version") == EXPANSIONS.revisions()[-1]


@pytest.mark.parametrize(
    ("begin", "make"), [("0001", schema.HEAD), ("expand_cancellation", "0001")], ids=["forth", "back"]
)
async def test_an_index_on_orders_is_made_while_orders_are_written(
    shop_database: ShopDatabase, begin: str, make: str
) -> None:
    await migrate(shop_database.adapter, revision=begin)
    async with shop_database.adapter.connection() as order, order.transaction():
        await order.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE")
        changing = asyncio.ensure_future(migrate(shop_database.adapter, revision=make))
        async with asyncio.timeout(60):
            while not await shop_database.value(MAKING_INDEX):
                await asyncio.sleep(0.02)
        assert await shop_database.run(KEEPS_ORDERS_WAITING) == []
        assert not changing.done()
    await changing
    assert await shop_database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0


async def test_an_index_that_was_left_half_made_is_made_anew(shop_database: ShopDatabase) -> None:
    await migrate(shop_database.adapter, revision="expand_webhooks")
    await shop_database.run("CREATE INDEX inbox_by_time ON inbox (received_at)")
    await shop_database.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'inbox_by_time'::regclass")
    await migrate(shop_database.adapter)
    assert await shop_database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
    made = await shop_database.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'inbox_by_time'")
    assert "USING brin" in made


async def test_a_schema_that_a_later_version_expanded_is_left_as_it_is(shop_database: ShopDatabase) -> None:
    await shop_database.run("UPDATE alembic_version SET version_num = 'expand_later'")
    await migrate(shop_database.adapter)
    assert await shop_database.value("SELECT version_num FROM alembic_version") == "expand_later"


async def test_a_version_whose_needs_were_taken_away_does_not_start(shop_database: ShopDatabase) -> None:
    await shop_database.run("CREATE TABLE alembic_contraction AS SELECT 'contract_later' AS version_num")
    with pytest.raises(SchemaRefused, match="contracted to contract_later by a later version"):
        await migrate(shop_database.adapter)


async def test_the_service_may_take_orders_and_not_change_the_schema(shop_database: ShopDatabase) -> None:
    (may,) = await shop_database.run(
        "SELECT has_table_privilege('orders', 'inventory', 'UPDATE'), "
        "has_function_privilege('orders', (SELECT oid FROM pg_proc WHERE proname = 'place_orders'), 'EXECUTE'), "
        "has_schema_privilege('orders', 'public', 'CREATE')"
    )
    assert tuple(may) == (True, True, False)
