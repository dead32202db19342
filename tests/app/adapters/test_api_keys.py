import asyncio

import pytest

from app.adapters.api_keys import PostgresApiKeys
from app.domain.api_keys import KEYS_OF_ONE_OWNER_MAX, ApiKeyRefused, ApiKeys
from app.domain.errors import Unauthenticated
from app.domain.user import Scope, User
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

SARAH = User(id="sarah_123", scopes=frozenset(Scope), roles=frozenset())


async def made(keys: ApiKeys, name: str) -> str:
    return (await keys.create(SARAH, name=name, scopes=frozenset(Scope), lifetime_days=1))[1]


async def test_a_key_made_on_one_replica_opens_and_its_revocation_closes_all(shop_database: ShopDatabase) -> None:
    one, other = (ApiKeys(PostgresApiKeys(shop_database.adapter)) for _ in range(2))
    given = await made(one, "warehouse")
    assert (await other.verify(given)).scopes == SARAH.scopes
    (key,) = await other.of(SARAH)
    await other.revoke(SARAH, key.id)
    with pytest.raises(Unauthenticated):
        await one.verify(given)
    assert list(await one.of(SARAH)) == []
    await made(one, "warehouse")


async def test_one_name_asked_for_many_times_at_once_is_given_once(shop_database: ShopDatabase) -> None:
    keys = ApiKeys(PostgresApiKeys(shop_database.adapter))
    answers = await asyncio.gather(*(made(keys, "warehouse") for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == 1


async def test_an_owner_has_so_many_keys_and_no_more(shop_database: ShopDatabase) -> None:
    keys = ApiKeys(PostgresApiKeys(shop_database.adapter))
    for number in range(KEYS_OF_ONE_OWNER_MAX):
        await made(keys, f"till-{number}")
    with pytest.raises(ApiKeyRefused):
        await made(keys, "one-more")


async def test_many_at_once_are_not_more_than_an_owner_may_have(shop_database: ShopDatabase) -> None:
    keys = ApiKeys(PostgresApiKeys(shop_database.adapter))
    wishes = (made(keys, f"till-{number}") for number in range(KEYS_OF_ONE_OWNER_MAX + 10))
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == KEYS_OF_ONE_OWNER_MAX


async def test_an_expired_key_leaves_its_name_and_its_place(shop_database: ShopDatabase) -> None:
    keys = ApiKeys(PostgresApiKeys(shop_database.adapter))
    expired = await made(keys, "warehouse")
    await shop_database.run("UPDATE api_keys SET expires_at = now()")
    renewed = await made(keys, "warehouse")
    assert [key.name for key in await keys.of(SARAH)] == ["warehouse"]
    assert (await keys.verify(renewed)).id == SARAH.id
    with pytest.raises(Unauthenticated):
        await keys.verify(expired)


async def test_no_key_is_in_the_database(shop_database: ShopDatabase) -> None:
    given = await made(ApiKeys(PostgresApiKeys(shop_database.adapter)), "warehouse")
    row = await shop_database.value("SELECT row_to_json(api_keys)::text FROM api_keys")
    assert given[-43:] not in row
