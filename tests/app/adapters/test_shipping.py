from dataclasses import replace

import pytest

from app.adapters.shipping import Shipping
from app.domain.events import EventType
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event

pytestmark = pytest.mark.parts
SHIPMENTS = "SELECT order_id, quantity, status FROM shipments"


async def test_an_order_is_shipped_once(shop_database: ShopDatabase) -> None:
    event = order_event(quantity=2)
    for _ in range(2):
        await Shipping(shop_database.adapter).take([event, event])
    assert [tuple(row) for row in await shop_database.run(SHIPMENTS)] == [(event.order_id, 2, "requested")]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("cancelled_first", [False, True])
async def test_a_cancelled_order_is_not_shipped_whatever_is_heard_first(
    shop_database: ShopDatabase, cancelled_first: bool, together: bool
) -> None:
    created = order_event()
    events = [created, replace(order_event(EventType.ORDER_CANCELLED), order_id=created.order_id)]
    if cancelled_first:
        events.reverse()
    for batch in [events] if together else [[event] for event in events]:
        await Shipping(shop_database.adapter).take(batch)
    assert [tuple(row)[2] for row in await shop_database.run(SHIPMENTS)] == ["recalled"]
