import asyncio
from datetime import timedelta

import pytest

from app.adapters import tidying
from app.adapters.inbox import TAKEN
from app.adapters.outbox import IDEMPOTENCY_KEYS, PUBLISHED
from app.adapters.tidying import keep_tidy, tidy
from app.domain.errors import Unavailable
from tests.app.conftest import ShopDatabase

ADD_EVENT = """
    INSERT INTO outbox (event_id, event_type, order_id, payload, created_at, published_at)
    VALUES (gen_random_uuid(), 'order.created', $1, '{}', now() - $2::interval, now() - $3::interval)
"""
ADD_KEY = """
    INSERT INTO idempotency_keys (customer_id, key, fingerprint, outcome, order_id, created_at)
    VALUES ('sarah_123', $1, '', 'confirmed', 'ord_1', now() - $2::interval)
"""
ADD_TAKEN = "INSERT INTO inbox VALUES ($1, gen_random_uuid(), now() - $2::interval)"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parts
async def test_events_are_forgotten_a_day_after_they_were_published(shop_database: ShopDatabase) -> None:
    for name, age, since_published in [
        ("waiting", 9 * DAY, None),
        ("published late", 9 * DAY, HOUR),
        ("fresh", HOUR, HOUR),
        ("old", 9 * DAY, 2 * DAY),
    ]:
        await shop_database.run(ADD_EVENT, name, age, since_published)
    await tidy(shop_database.adapter, PUBLISHED)
    left = await shop_database.run("SELECT order_id FROM outbox ORDER BY order_id")
    assert [row["order_id"] for row in left] == ["fresh", "published late", "waiting"]


@pytest.mark.parts
async def test_keys_and_taken_events_are_forgotten_in_their_time(shop_database: ShopDatabase) -> None:
    for days in (1, 3):
        await shop_database.run(ADD_KEY, f"{days} days", days * DAY)
    for days in (29, 31):
        await shop_database.run(ADD_TAKEN, f"{days} days", days * DAY)
    await tidy(shop_database.adapter, IDEMPOTENCY_KEYS, TAKEN)
    left = await shop_database.run("SELECT key FROM idempotency_keys UNION ALL SELECT consumer FROM inbox")
    assert [row["key"] for row in left] == ["1 days", "29 days"]


@pytest.mark.parts
async def test_so_many_go_at_once_and_it_says_whether_there_may_be_more(
    shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "BATCH_SIZE", 2)
    for _ in range(3):
        await shop_database.run(ADD_TAKEN, "shipping", 31 * DAY)
    assert await tidy(shop_database.adapter, TAKEN)
    assert await shop_database.value("SELECT count(*) FROM inbox") == 1
    assert not await tidy(shop_database.adapter, TAKEN)
    assert await shop_database.value("SELECT count(*) FROM inbox") == 0


@pytest.mark.parts
@pytest.mark.parametrize("leftover", [PUBLISHED, IDEMPOTENCY_KEYS, TAKEN])
async def test_there_is_an_index_to_find_the_old_by(shop_database: ShopDatabase, leftover: tidying.Leftover) -> None:
    question = leftover.forget.replace("$1", f"'{leftover.kept}'").replace("$2", "1")
    async with shop_database.adapter.connection() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN {question}")
    assert "_by_time" in "\n".join(row[0] for row in plan)


async def test_it_goes_on_at_once_while_there_is_more_and_survives_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    outcomes: list[bool | Unavailable] = [True, Unavailable("away", retry_after_seconds=1), False]

    async def work() -> bool:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Unavailable):
            raise outcome
        return outcome

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if not outcomes:
            raise asyncio.CancelledError

    monkeypatch.setattr(tidying.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy(work)
    assert pauses == [tidying.PAUSE_SECONDS, tidying.INTERVAL_SECONDS, tidying.INTERVAL_SECONDS]
