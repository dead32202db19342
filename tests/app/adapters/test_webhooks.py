import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from app.adapters import webhook_caller
from app.adapters.outside import Outside
from app.adapters.tidying import tidy
from app.adapters.webhook_caller import HttpWebhookCaller
from app.adapters.webhooks import ENDED, PostgresWebhooks
from app.domain.events import EventType
from app.domain.pace import Pace
from app.domain.webhook_delivery import AT_ONCE_MAX, AT_ONE_RECEIVER_MAX, Courier
from app.domain.webhooks import WEBHOOKS_OF_ONE_OWNER_MAX, Announcement, DeliveryStatus, Webhook
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts
LOOPBACK = ip_network("127.0.0.1/32")
DELIVERED = "SELECT count(*) FROM webhook_deliveries WHERE status = 'delivered'"
WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def webhook(owner: str = "sarah_123", url: str = "https://a.example", *types: EventType) -> Webhook:
    return Webhook(
        id=f"whk_{secrets.token_hex(12)}",
        owner_id=owner,
        url=url,
        event_types=frozenset(types or EventType),
        secret="whsec_AAAA",
        created_at=datetime.now(UTC),
    )


def announcement(customer: str = "sarah_123", event_type: EventType = EventType.ORDER_CREATED) -> Announcement:
    return Announcement(event_id=str(uuid.uuid4()), event_type=event_type, customer_id=customer, payload="{}")


@pytest.fixture
def store(shop_database: ShopDatabase) -> PostgresWebhooks:
    return PostgresWebhooks(shop_database.adapter)


async def test_an_event_goes_to_the_webhooks_of_its_customer_that_want_it(store: PostgresWebhooks) -> None:
    wanting = webhook()
    for other in (wanting, webhook("max"), webhook("sarah_123", "https://b.example", EventType.ORDER_CANCELLED)):
        assert await store.add(other, webhooks_max=WEBHOOKS_OF_ONE_OWNER_MAX)
    event = announcement()
    assert await store.announce([event]) == 1
    (errand,) = await store.take_due(limit=10, each=10, besides=())
    assert (errand.event_id, errand.url, errand.secret, errand.attempt) == (
        event.event_id, wanting.url, wanting.secret, 1,
    )  # fmt: skip


async def test_an_event_announced_again_is_delivered_once(store: PostgresWebhooks) -> None:
    await store.add(webhook(), webhooks_max=1)
    event = announcement()
    await store.announce([event])
    assert await store.announce([event, event, announcement("max")]) == 0
    assert len(await store.take_due(limit=10, each=10, besides=())) == 1


async def test_two_workers_never_take_the_same_delivery(store: PostgresWebhooks, shop_database: ShopDatabase) -> None:
    await store.add(webhook(), webhooks_max=1)
    await store.announce([announcement() for _ in range(40)])
    workers = [PostgresWebhooks(shop_database.adapter) for _ in range(4)]
    taken = await asyncio.gather(*(worker.take_due(limit=15, each=15, besides=()) for worker in workers))
    ids = [errand.delivery_id for errands in taken for errand in errands]
    assert len(ids) == len(set(ids))


async def test_of_one_webhook_so_many_are_taken_and_of_a_busy_one_none(store: PostgresWebhooks) -> None:
    busy, other, quiet = webhook(), webhook("max"), webhook("lee")
    for each in (busy, other, quiet):
        await store.add(each, webhooks_max=1)
    await store.announce([announcement(each) for each in ("sarah_123", "max") for _ in range(5)])
    await store.announce([announcement("lee")])
    taken = await store.take_due(limit=10, each=3, besides=[busy.id])
    assert sorted(errand.webhook_id for errand in taken) == sorted([other.id] * 3 + [quiet.id])
    rest = await store.take_due(limit=3, each=3, besides=())
    assert {errand.webhook_id for errand in rest} == {busy.id, other.id}


async def test_a_receiver_that_takes_connections_and_never_answers_delays_nobody_else(
    store: PostgresWebhooks, shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_caller, "ATTEMPT_TIMEOUT_SECONDS", 3_600)
    async with receivers() as (hanging_url, healthy_url):
        hanging, healthy = webhook(url=hanging_url), webhook("max", healthy_url)
        for each in (hanging, healthy):
            await store.add(each, webhooks_max=1)
        await store.announce([announcement() for _ in range(2 * AT_ONCE_MAX)])
        await store.announce([announcement("max") for _ in range(10)])
        courier = Courier(store, HttpWebhookCaller(Outside(allowed=[LOOPBACK])), pace=Pace())
        running = asyncio.create_task(courier.run())
        async with asyncio.timeout(60):
            while await shop_database.value(DELIVERED) < 10:
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    begun = await shop_database.run("SELECT status, attempts FROM webhook_deliveries WHERE webhook_id = $1", hanging.id)
    assert {row["status"] for row in begun} == {"pending"}
    assert sum(row["attempts"] for row in begun) == AT_ONE_RECEIVER_MAX


@asynccontextmanager
async def receivers() -> AsyncIterator[tuple[str, str]]:
    """The addresses of a receiver that never answers, and of one that takes everything."""
    connections: list[asyncio.StreamWriter] = []

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()

    servers = [await asyncio.start_server(serve, "127.0.0.1", 0) for serve in (hang, take)]
    hanging, healthy = (f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/" for server in servers)
    yield hanging, healthy
    for server in servers:
        server.close()
    for connection in connections:
        connection.close()
        with suppress(ConnectionError):
            await connection.wait_closed()


async def test_what_a_dead_worker_took_is_due_again_after_its_lease(
    store: PostgresWebhooks, shop_database: ShopDatabase
) -> None:
    await store.add(webhook(), webhooks_max=1)
    await store.announce([announcement()])
    await store.take_due(limit=1, each=1, besides=())
    assert await store.take_due(limit=1, each=1, besides=()) == []
    await shop_database.run("UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - interval '31 s'")
    (errand,) = await store.take_due(limit=1, each=1, besides=())
    assert errand.attempt == 2


async def test_failed_given_up_and_replayed_deliveries_are_shown_so(store: PostgresWebhooks) -> None:
    hook = webhook()
    await store.add(hook, webhooks_max=1)
    await store.announce([announcement()])
    (errand,) = await store.take_due(limit=1, each=1, besides=())

    async def state() -> tuple[DeliveryStatus, int, str | None]:
        shown = await store.deliveries(hook.id, "sarah_123", limit=10)
        assert shown is not None
        return shown[0].status, shown[0].attempts, shown[0].fault

    later = datetime.now(UTC) + timedelta(hours=1)
    await store.failed(errand, fault="answered with 500", next_attempt_at=later)
    assert await state() == (DeliveryStatus.PENDING, 1, "answered with 500")
    assert await store.take_due(limit=1, each=1, besides=()) == []
    await store.failed(errand, fault="no connection", next_attempt_at=None)
    assert await state() == (DeliveryStatus.FAILED, 1, "no connection")
    assert not await store.replay(errand.delivery_id, hook.id, "max")
    assert await store.replay(errand.delivery_id, hook.id, "sarah_123")
    (again,) = await store.take_due(limit=1, each=1, besides=())
    await store.delivered(again)
    assert (again.event_id, await state()) == (errand.event_id, (DeliveryStatus.DELIVERED, 1, None))


async def test_a_report_that_comes_late_changes_nothing(store: PostgresWebhooks, shop_database: ShopDatabase) -> None:
    hook = webhook()
    await store.add(hook, webhooks_max=1)
    await store.announce([announcement()])
    (slow,) = await store.take_due(limit=1, each=1, besides=())
    await shop_database.run("UPDATE webhook_deliveries SET next_attempt_at = now()")
    (quick,) = await store.take_due(limit=1, each=1, besides=())
    await store.delivered(quick)
    await store.failed(slow, fault="no connection", next_attempt_at=datetime.now(UTC))
    assert await shop_database.value("SELECT status FROM webhook_deliveries") == "delivered"
    assert await store.replay(quick.delivery_id, hook.id, "sarah_123")
    await store.delivered(quick)
    assert [errand.attempt for errand in await store.take_due(limit=1, each=1, besides=())] == [1]


async def test_a_webhook_that_goes_while_it_is_told_of_an_event_ends_no_work(
    store: PostgresWebhooks, shop_database: ShopDatabase
) -> None:
    going, staying = webhook(), webhook("max")
    for each in (going, staying):
        await store.add(each, webhooks_max=1)
    async with shop_database.adapter.connection() as connection, connection.transaction():
        await connection.execute("DELETE FROM webhooks WHERE id = $1", going.id)
        telling = asyncio.ensure_future(store.announce([announcement(), announcement("max")]))
        async with asyncio.timeout(60):
            while not await shop_database.value(WAITING):
                await asyncio.sleep(0.05)
    assert await telling == 1


async def test_a_removed_webhook_takes_what_waited_for_it_along(store: PostgresWebhooks) -> None:
    hook = webhook()
    await store.add(hook, webhooks_max=1)
    await store.announce([announcement()])
    assert not await store.remove(hook.id, "max")
    assert await store.remove(hook.id, "sarah_123")
    assert (
        await store.take_due(limit=1, each=1, besides=()),
        await store.deliveries(hook.id, "sarah_123", limit=1),
    ) == ([], None)


async def test_an_owner_has_so_many_webhooks_each_at_an_address_of_its_own(store: PostgresWebhooks) -> None:
    added = [await store.add(webhook(url=f"https://{number % 3}.example"), webhooks_max=2) for number in (0, 0, 1, 2)]
    assert added == [True, False, True, False]
    assert len(await store.of_owner("sarah_123")) == 2


async def test_many_at_once_are_not_more_than_an_owner_may_have(store: PostgresWebhooks) -> None:
    wishes = (store.add(webhook(url=f"https://{number}.example"), webhooks_max=3) for number in range(12))
    assert sum(await asyncio.gather(*wishes)) == 3


async def test_deliveries_are_forgotten_a_week_after_their_end(
    store: PostgresWebhooks, shop_database: ShopDatabase
) -> None:
    hook = webhook()
    await store.add(hook, webhooks_max=1)
    await store.announce([announcement(), announcement()])
    (done, _) = await store.take_due(limit=2, each=2, besides=())
    await store.delivered(done)
    await shop_database.run("UPDATE webhook_deliveries SET created_at = now() - interval '8 days'")
    await tidy(shop_database.adapter, ENDED)
    shown = await store.deliveries(hook.id, "sarah_123", limit=10)
    assert [delivery.status for delivery in shown or ()] == [DeliveryStatus.PENDING]
