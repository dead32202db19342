import pytest

from app.adapters.depths import OutboxDepth, observe_pools, observe_queue
from tests.app.conftest import ShopDatabase
from tests.harness.measured import Measured

ADD = "INSERT INTO outbox (event_id, event_type, order_id, payload, created_at, published_at) VALUES " + ", ".join(
    f"(gen_random_uuid(), 'order.created', 'ord_1', '{{}}', now() - interval '{age} s', {published})"
    for age, published in [(30, "NULL"), (10, "NULL"), (60, "now()")]
)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    return Measured(monkeypatch)


@pytest.mark.parts
async def test_a_pools_connections_are_told_idle_and_used(shop_database: ShopDatabase, measured: Measured) -> None:
    observe_pools([shop_database.adapter])
    async with shop_database.adapter.connection():
        assert measured.values("db.client.connection.count") == {("order book", "idle"): 0, ("order book", "used"): 1}
    assert measured.values("db.client.connection.count") == {("order book", "idle"): 1, ("order book", "used"): 0}
    assert measured.values("db.client.connection.max") == {("order book",): 6}


@pytest.mark.parts
async def test_the_outbox_tells_how_much_waits_and_for_how_long(
    shop_database: ShopDatabase, measured: Measured
) -> None:
    await shop_database.run(ADD)
    depth = OutboxDepth(shop_database.adapter, wanted=lambda: True)
    await depth.look()
    assert measured.values("outbox_unpublished") == {(): 2}
    (oldest,) = measured.values("outbox_oldest").values()
    assert oldest >= 30


@pytest.mark.parts
async def test_a_relay_that_does_not_lead_tells_nothing_even_if_it_once_did(
    shop_database: ShopDatabase, measured: Measured
) -> None:
    leads = True
    depth = OutboxDepth(shop_database.adapter, wanted=lambda: leads)
    await depth.look()
    leads = False
    assert await depth.look() is None
    assert measured.values("outbox_unpublished") == measured.values("outbox_oldest") == {}


def test_a_queue_tells_its_length_when_it_is_asked(measured: Measured) -> None:
    queue = [1]
    observe_queue(lambda: len(queue), name="orders_waiting", description="")
    queue.append(2)
    assert measured.values("orders_waiting") == {(): 2}
