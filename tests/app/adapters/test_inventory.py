import pytest

from app.adapters.inventory import InventoryProjection
from app.domain.events import EventType
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event

pytestmark = pytest.mark.parts
RESERVED = "SELECT size, pairs FROM reserved_pairs ORDER BY size"


class Catalogue:
    def __init__(self) -> None:
        self.forgotten = 0

    async def forget(self) -> None:
        self.forgotten += 1


async def test_reserved_pairs_follow_orders_and_cancellations(shop_database: ShopDatabase) -> None:
    projection = InventoryProjection(shop_database.adapter, forget_products=Catalogue().forget)
    events = [
        order_event(quantity=3),
        order_event(quantity=1, size=10),
        order_event(EventType.ORDER_CANCELLED, quantity=2),
    ]
    for _ in range(2):
        await projection.take(events)
    assert [tuple(row) for row in await shop_database.run(RESERVED)] == [(9, 1), (10, 1)]


async def test_stock_that_changed_makes_the_catalogue_forget_but_not_at_every_order(
    shop_database: ShopDatabase,
) -> None:
    catalogue, event = Catalogue(), order_event()
    projection = InventoryProjection(shop_database.adapter, forget_products=catalogue.forget)
    await projection.take([event])
    assert catalogue.forgotten == 1
    projection._forgot_at = -float("inf")
    await projection.take([event])
    assert catalogue.forgotten == 1
    await projection.take([order_event()])
    projection._forgot_at = float("inf")
    await projection.take([order_event()])
    assert catalogue.forgotten == 2
