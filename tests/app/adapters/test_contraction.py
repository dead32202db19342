"""What is taken away goes only when nobody needs it, and comes back."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from app.adapters import contraction
from app.adapters.contraction import contract
from app.adapters.presence import Presence, Running
from app.adapters.schema import CONTRACTIONS, SchemaRefused, migrate
from tests.app.conftest import ShopDatabase
from tests.app.orders import placed
from tests.app.test_migrations import schema_of

pytestmark = pytest.mark.parts

LAST = CONTRACTIONS.revisions()[-1]
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1"
OLD = Running(pod="orders-api-old", process="api", version="1")
NEW = Running(pod="orders-api-new", process="api", version="2")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contraction, "FRESH", timedelta(seconds=0.4))
    monkeypatch.setattr(contraction, "LOOK_INTERVAL_SECONDS", 0.05)


async def to(shop: ShopDatabase, revision: str, *, patience_seconds: float = 0) -> None:
    await contract(shop.adapter, revision=revision, version=NEW.version, patience=timedelta(seconds=patience_seconds))


async def test_each_contraction_goes_and_comes_back_by_itself(shop_database: ShopDatabase) -> None:
    revisions = CONTRACTIONS.revisions()
    states = [(await schema_of(shop_database), await shop_database.run(INDEXES))]
    for revision in revisions:
        await to(shop_database, revision)
        states.append((await schema_of(shop_database), await shop_database.run(INDEXES)))
    assert all(before != after for before, after in pairwise(states))
    for revision, state in zip(["base", *revisions][-2::-1], states[-2::-1], strict=True):
        await to(shop_database, revision)
        schema = await schema_of(shop_database)
        assert (schema, await shop_database.run(INDEXES)) == state


async def test_the_same_again_changes_nothing(shop_database: ShopDatabase) -> None:
    await to(shop_database, LAST)
    before = await schema_of(shop_database)
    await to(shop_database, LAST)
    assert await schema_of(shop_database) == before


async def test_nothing_is_taken_away_while_another_version_is_there(shop_database: ShopDatabase) -> None:
    before = await schema_of(shop_database)
    for running in (OLD, NEW):
        await Presence(shop_database.adapter, running).beat()
    with pytest.raises(SchemaRefused, match=r"still there: orders-api-old \(api of version 1\); nothing was taken"):
        await to(shop_database, LAST)
    assert await schema_of(shop_database) == before


async def test_it_waits_for_as_long_as_it_may_until_the_other_version_is_gone(shop_database: ShopDatabase) -> None:
    old = Presence(shop_database.adapter, OLD)
    await old.beat()
    going = asyncio.ensure_future(to(shop_database, LAST, patience_seconds=60))
    for _ in range(4):
        await asyncio.sleep(0.2)
        await old.beat()
        assert not going.done()
    await old.leave()
    await going
    assert await shop_database.value("SELECT version_num FROM alembic_contraction") == LAST


async def test_giving_back_waits_for_nobody(shop_database: ShopDatabase) -> None:
    await to(shop_database, LAST)
    await Presence(shop_database.adapter, OLD).beat()
    await to(shop_database, "base")
    assert await shop_database.value("SELECT to_regclass('dead_letters') IS NOT NULL")


async def test_a_revision_that_nobody_knows_is_refused_with_those_that_there_are(shop_database: ShopDatabase) -> None:
    with pytest.raises(SchemaRefused, match="CONTRACT_TO is 'contract_all', allowed are base, contract_dead_letters"):
        await to(shop_database, "contract_all")


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE alembic_version SET version_num = 'expand_later'", "is at expand_later"),
        ("CREATE TABLE alembic_contraction AS SELECT 'contract_later' AS version_num", "contracted to contract_later"),
    ],
)
async def test_what_a_later_version_did_is_left_to_that_one(
    shop_database: ShopDatabase, statement: str, fault: str
) -> None:
    await shop_database.run(statement)
    with pytest.raises(SchemaRefused, match=fault):
        await to(shop_database, LAST)


async def test_before_the_schema_goes_back_what_was_taken_away_is_given_back(shop_database: ShopDatabase) -> None:
    await to(shop_database, LAST)
    with pytest.raises(SchemaRefused, match="contract it to base before going back"):
        await migrate(shop_database.adapter, revision="base")
    await to(shop_database, "base")
    await migrate(shop_database.adapter, revision="base")
    await migrate(shop_database.adapter)


async def test_what_the_version_before_changed_without_telling_is_in_the_list(shop_database: ShopDatabase) -> None:
    (order_id,) = await placed(shop_database, 1)
    await shop_database.run("UPDATE orders SET payment_status = 'captured', version = 2")
    await to(shop_database, LAST)
    listed = await shop_database.run("SELECT id, payment_status FROM order_list")
    assert [tuple(row) for row in listed] == [(order_id, "captured")]
