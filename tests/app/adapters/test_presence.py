from datetime import timedelta

import pytest

from app.adapters.presence import GONE, Presence, Running
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

API = Running(pod="orders-api-1", process="api", version="2")
SEEN = "SELECT pod, process, version FROM presence"


async def test_a_process_is_there_until_it_leaves(shop_database: ShopDatabase) -> None:
    presence = Presence(shop_database.adapter, API)
    for _ in range(2):
        await presence.beat()
    assert [tuple(row) for row in await shop_database.run(SEEN)] == [("orders-api-1", "api", "2")]
    await presence.leave()
    assert await shop_database.run(SEEN) == []


async def test_each_beat_says_that_it_is_still_there(shop_database: ShopDatabase) -> None:
    presence = Presence(shop_database.adapter, API)
    await presence.beat()
    await shop_database.run("UPDATE presence SET seen_at = seen_at - interval '1 hour'")
    await presence.beat()
    assert await shop_database.value("SELECT now() - seen_at FROM presence") < timedelta(minutes=1)


async def test_one_that_was_not_heard_of_for_a_day_is_forgotten(shop_database: ShopDatabase) -> None:
    await Presence(shop_database.adapter, API).beat()
    assert await shop_database.value(GONE.forget, GONE.kept, 10) == 0
    await shop_database.run("UPDATE presence SET seen_at = seen_at - interval '2 days'")
    assert await shop_database.value(GONE.forget, GONE.kept, 10) == 1
