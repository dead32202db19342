import asyncio

import pytest

from app.adapters.schema import migrate
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


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


async def test_the_service_may_take_orders_and_not_change_the_schema(shop_database: ShopDatabase) -> None:
    (may,) = await shop_database.run(
        "SELECT has_table_privilege('orders', 'inventory', 'UPDATE'), "
        "has_function_privilege('orders', (SELECT oid FROM pg_proc WHERE proname = 'place_orders'), 'EXECUTE'), "
        "has_schema_privilege('orders', 'public', 'CREATE')"
    )
    assert tuple(may) == (True, True, False)
