import pytest

from app.adapters.order_reads import PostgresOrderReads
from app.adapters.reader import Reader
from app.domain.order import new_order_id
from tests.app.conftest import ShopDatabase
from tests.app.orders import placed

pytestmark = pytest.mark.parts


async def test_orders_that_do_not_exist_are_left_out(shop_database: ShopDatabase) -> None:
    (known,) = await placed(shop_database, 1)
    found = await PostgresOrderReads(Reader(shop_database.adapter)).find_many([known, new_order_id()])
    assert [order.id for order in found] == [known]
