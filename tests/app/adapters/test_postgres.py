import asyncio
import json
from collections import Counter
from collections.abc import Sequence

import asyncpg
import pytest

from app.adapters.postgres import PostgresOrderStore, PostgresProducts
from app.adapters.reader import Reader
from app.domain.errors import Unavailable
from app.domain.order import OrderRequest, OrderStatus, Placement, PlacementOutcome, PlacementResult, new_order_id
from tests.app.conftest import ShopDatabase
from tests.harness.database import TestServer

pytestmark = pytest.mark.parts


def placement(
    customer: str = "sarah_123", *, size: int = 9, quantity: int = 1, product: str = "jordan-1", key: str | None = None
) -> Placement:
    return Placement(
        order_id=new_order_id(),
        customer_id=customer,
        request=OrderRequest(product_id=product, size=size, quantity=quantity),
        idempotency_key=key,
    )


def store_of(shop: ShopDatabase) -> PostgresOrderStore:
    return PostgresOrderStore(shop.adapter, committed=lambda: None)


async def place_all(store: PostgresOrderStore, wishes: Sequence[Placement]) -> Counter[PlacementOutcome]:
    results = await asyncio.gather(*(store.place(wish) for wish in wishes))
    return Counter(result.outcome for result in results)


async def test_order_stock_and_event_are_written_together(shop_database: ShopDatabase) -> None:
    await shop_database.stock(5)
    wish = placement(quantity=2)
    result = await store_of(shop_database).place(wish)
    assert result == PlacementResult(outcome=PlacementOutcome.CONFIRMED, order_id=wish.order_id)
    assert await shop_database.left() == 3
    (event,) = await shop_database.run("SELECT event_id::text, event_type, order_id, payload::text FROM outbox")
    payload = json.loads(event["payload"])
    assert (event["event_type"], event["order_id"]) == ("order.created", wish.order_id)
    assert (payload["type"], payload["subject"], payload["id"]) == ("order.created", wish.order_id, event["event_id"])
    assert payload["data"] == {
        "order_id": wish.order_id,
        "customer_id": "sarah_123",
        "product_id": "jordan-1",
        "size": 9,
        "quantity": 2,
        "unit_price_cents": 18000,
        "currency": "USD",
        "status": "confirmed",
    }


async def test_a_stored_order_is_found_as_it_was_placed(shop_database: ShopDatabase) -> None:
    store = store_of(shop_database)
    wish = placement(quantity=3)
    await store.place(wish)
    order = await store.find(wish.order_id)
    assert order is not None
    assert (order.id, order.customer_id, order.quantity) == (wish.order_id, "sarah_123", 3)
    assert (order.status, order.version, order.unit_price_cents) == (OrderStatus.CONFIRMED, 1, 18_000)
    assert await store.find("ord_none") is None


async def test_two_buyers_of_the_last_pair_get_one_pair(shop_database: ShopDatabase) -> None:
    await shop_database.stock(1)
    replicas = store_of(shop_database), store_of(shop_database)
    results = await asyncio.gather(*(replica.place(placement()) for replica in replicas))
    assert Counter(result.outcome for result in results) == {
        PlacementOutcome.CONFIRMED: 1,
        PlacementOutcome.OUT_OF_STOCK: 1,
    }
    assert await shop_database.left() == 0


async def test_many_buyers_over_three_replicas_never_oversell(shop_database: ShopDatabase) -> None:
    for size in range(7, 11):
        await shop_database.stock(25, size=size)
    replicas = [store_of(shop_database) for _ in range(3)]
    wishes = [placement(f"user_{number}", size=7 + number % 4) for number in range(300)]
    placed = [place_all(replica, wishes[index::3]) for index, replica in enumerate(replicas)]
    total = sum(await asyncio.gather(*placed), Counter())
    assert total == {PlacementOutcome.CONFIRMED: 100, PlacementOutcome.OUT_OF_STOCK: 200}
    assert await shop_database.value("SELECT sum(available) FROM inventory WHERE size BETWEEN 7 AND 10 "
                                     "AND product_id = 'jordan-1'") == 0  # fmt: skip
    assert await shop_database.value("SELECT count(*) FROM orders") == 100
    assert await shop_database.value("SELECT count(*) FROM outbox") == 100


async def test_a_large_order_that_does_not_fit_leaves_the_stock_to_smaller_ones(shop_database: ShopDatabase) -> None:
    await shop_database.stock(3)
    outcomes = await place_all(store_of(shop_database), [placement(quantity=quantity) for quantity in (2, 2, 1, 5)])
    assert outcomes == {PlacementOutcome.CONFIRMED: 2, PlacementOutcome.OUT_OF_STOCK: 2}
    assert await shop_database.left() == 0


async def test_orders_of_one_batch_are_decided_each_for_itself(shop_database: ShopDatabase) -> None:
    wishes = [placement(), placement(product="boots"), placement(product="trail-runner", size=1), placement(size=10)]
    results = await asyncio.gather(*(store_of(shop_database).place(wish) for wish in wishes))
    assert [result.outcome for result in results] == [
        PlacementOutcome.CONFIRMED,
        PlacementOutcome.PRODUCT_NOT_FOUND,
        PlacementOutcome.SIZE_NOT_OFFERED,
        PlacementOutcome.CONFIRMED,
    ]


async def test_a_batch_that_breaks_is_repeated_one_by_one(shop_database: ShopDatabase) -> None:
    good, twin = placement(), placement()
    clash = Placement(order_id=twin.order_id, customer_id="max", request=twin.request, idempotency_key=None)
    store = store_of(shop_database)
    results = await asyncio.gather(
        *(store.place(wish) for wish in (good, placement(), twin, clash)), return_exceptions=True
    )
    confirmed = [result for result in results if isinstance(result, PlacementResult)]
    assert len(confirmed) == 3
    assert [type(result) for result in results if isinstance(result, Exception)] == [asyncpg.UniqueViolationError]
    assert await shop_database.value("SELECT count(*) FROM orders") == 3


async def test_the_same_key_gives_the_same_answer_on_every_replica(shop_database: ShopDatabase) -> None:
    first = await store_of(shop_database).place(placement(key="k"))
    again = await store_of(shop_database).place(placement(key="k"))
    assert again == PlacementResult(outcome=PlacementOutcome.CONFIRMED, order_id=first.order_id, replayed=True)
    assert await shop_database.value("SELECT count(*) FROM orders") == 1


async def test_a_refusal_is_remembered_under_its_key_too(shop_database: ShopDatabase) -> None:
    await shop_database.stock(0)
    store = store_of(shop_database)
    assert (await store.place(placement(key="k"))).outcome is PlacementOutcome.OUT_OF_STOCK
    await shop_database.stock(10)
    again = await store.place(placement(key="k"))
    assert (again.outcome, again.replayed) == (PlacementOutcome.OUT_OF_STOCK, True)


async def test_a_key_belongs_to_its_customer(shop_database: ShopDatabase) -> None:
    store = store_of(shop_database)
    await store.place(placement("sarah_123", key="k"))
    assert not (await store.place(placement("max", key="k"))).replayed


async def test_a_key_with_another_body_is_refused(shop_database: ShopDatabase) -> None:
    store = store_of(shop_database)
    await store.place(placement(key="k"))
    assert (await store.place(placement(quantity=2, key="k"))).outcome is PlacementOutcome.KEY_REUSED


async def test_one_key_sent_many_times_at_once_orders_once(shop_database: ShopDatabase) -> None:
    before = await shop_database.left()
    replicas = [store_of(shop_database) for _ in range(3)]
    results = await asyncio.gather(*(replicas[number % 3].place(placement(key="k")) for number in range(60)))
    outcomes = {result.outcome for result in results}
    assert outcomes <= {PlacementOutcome.CONFIRMED, PlacementOutcome.KEY_IN_FLIGHT}
    assert len({result.order_id for result in results if result.outcome is PlacementOutcome.CONFIRMED}) == 1
    assert await shop_database.left() == before - 1


async def test_stock_below_zero_cannot_be_committed(shop_database: ShopDatabase) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="never_oversold"):
        await shop_database.stock(-1)


async def test_a_database_that_is_away_is_told_and_the_next_order_after_it_returned_is_taken(
    postgresql: TestServer, shop_database: ShopDatabase
) -> None:
    store = store_of(shop_database)
    await store.place(placement())
    await postgresql.run(f"ALTER DATABASE {shop_database.name} ALLOW_CONNECTIONS false")
    await postgresql.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1",
                         shop_database.name)  # fmt: skip
    with pytest.raises(Unavailable) as refusal:
        await store.place(placement())
    assert refusal.value.retry_after_seconds == 1
    await postgresql.run(f"ALTER DATABASE {shop_database.name} ALLOW_CONNECTIONS true")
    assert (await store.place(placement())).outcome is PlacementOutcome.CONFIRMED


async def test_products_come_with_what_is_left(shop_database: ShopDatabase) -> None:
    await shop_database.stock(7)
    products = {product.id: product for product in await PostgresProducts(Reader(shop_database.adapter)).products()}
    assert sorted(products) == ["court-classic", "jordan-1", "trail-runner"]
    jordan = products["jordan-1"]
    assert (jordan.price_cents, jordan.currency, jordan.available[9]) == (18_000, "USD", 7)
    assert sorted(jordan.available) == list(range(1, 16))
