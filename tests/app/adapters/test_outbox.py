import asyncio
import contextlib

import pytest

from app.adapters.outbox import Doorbell, PostgresOutbox
from app.domain.errors import Unavailable
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

ADD_EVENT = """
    INSERT INTO outbox (event_id, event_type, order_id, payload, published_at)
    VALUES (gen_random_uuid(), $2, $1, '{}', now() - $3::interval)
"""


async def add(shop: ShopDatabase, order_id: str, event_type: str = "order.created") -> None:
    await shop.run(ADD_EVENT, order_id, event_type, None)


async def test_events_of_one_order_come_one_at_a_time_in_order(shop_database: ShopDatabase) -> None:
    await add(shop_database, "ord_1")
    await add(shop_database, "ord_2")
    await add(shop_database, "ord_1", "order.cancelled")
    outbox = PostgresOutbox(shop_database.adapter)
    first = await outbox.unpublished()
    assert sorted((event.order_id, event.event_type) for event in first) == [
        ("ord_1", "order.created"),
        ("ord_2", "order.created"),
    ]
    await outbox.mark_published([event.position for event in first])
    assert [(event.order_id, event.event_type) for event in await outbox.unpublished()] == [
        ("ord_1", "order.cancelled")
    ]
    await outbox.close()


async def test_one_relay_leads_and_another_takes_over_when_it_goes(shop_database: ShopDatabase) -> None:
    await add(shop_database, "ord_1")
    leader, follower = PostgresOutbox(shop_database.adapter), PostgresOutbox(shop_database.adapter)
    assert len(await leader.unpublished()) == 1
    assert await follower.unpublished() == []
    assert (leader.leads, follower.leads) == (True, False)
    await leader.close()
    async with asyncio.timeout(60):
        while not await follower.unpublished():
            await follower.wait()
    assert follower.leads
    await follower.close()


async def test_a_lost_session_is_told_and_then_made_again(shop_database: ShopDatabase) -> None:
    await add(shop_database, "ord_1")
    outbox = PostgresOutbox(shop_database.adapter)
    await outbox.unpublished()
    await shop_database.run(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with contextlib.suppress(Unavailable):
        await outbox.unpublished()
    assert len(await outbox.unpublished()) == 1
    await outbox.close()


async def test_the_doorbell_wakes_the_relay(shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.outbox.POLL_INTERVAL_SECONDS", 3_600)
    outbox, doorbell = PostgresOutbox(shop_database.adapter), Doorbell(shop_database.adapter)
    await outbox.unpublished()
    ringing = asyncio.create_task(doorbell.run())
    doorbell.press()
    await asyncio.wait_for(outbox.wait(), 60)
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)
    await outbox.close()
