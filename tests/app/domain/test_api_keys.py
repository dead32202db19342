import hmac
from datetime import UTC, datetime, timedelta

import pytest

from app.domain import api_keys
from app.domain.api_keys import ApiKeyNotFound, ApiKeyRefused, ApiKeys
from app.domain.errors import Forbidden, Unauthenticated
from app.domain.user import Role, Scope, User
from tests.harness.memory_api_keys import MemoryApiKeys

SARAH = User(id="sarah_123", scopes=frozenset(Scope), roles=frozenset({Role.CUSTOMER, Role.ADMIN}))
READING = frozenset({Scope.ORDERS_READ})


class Clock:
    now = datetime(2026, 1, 31, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryApiKeys:
    return MemoryApiKeys()


@pytest.fixture
def keys(store: MemoryApiKeys, clock: Clock) -> ApiKeys:
    return ApiKeys(store, now=clock)


async def made(keys: ApiKeys, name: str = "warehouse") -> str:
    return (await keys.create(SARAH, name=name, scopes=READING, lifetime_days=1))[1]


async def test_a_key_acts_for_its_owner_with_its_scopes_and_no_role_of_staff(keys: ApiKeys) -> None:
    user = await keys.verify(await made(keys))
    assert user == User(id="sarah_123", scopes=READING, roles=frozenset({Role.CUSTOMER}), machine=True)


async def test_the_store_never_sees_the_secret(keys: ApiKeys, store: MemoryApiKeys) -> None:
    given = await made(keys)
    (kept,) = store.keys.values()
    assert given.rpartition("_")[2] not in repr(kept)
    assert len(kept.digest) == 32


async def test_a_revoked_key_is_refused_at_once(keys: ApiKeys, store: MemoryApiKeys) -> None:
    given = await made(keys)
    await keys.revoke(SARAH, next(iter(store.keys)))
    with pytest.raises(Unauthenticated):
        await keys.verify(given)
    assert list(await keys.of(SARAH)) == []


async def test_a_key_is_refused_from_its_last_day_on(keys: ApiKeys, clock: Clock) -> None:
    given = await made(keys)
    clock.now += timedelta(days=1)
    with pytest.raises(Unauthenticated):
        await keys.verify(given)


@pytest.mark.parametrize("change", [lambda key: key[:-1] + "~", lambda key: key + "a", str.upper, lambda _: ""])
async def test_anything_but_the_key_is_refused(keys: ApiKeys, change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unauthenticated):
        await keys.verify(change(await made(keys)))


async def test_another_keys_secret_is_refused(keys: ApiKeys) -> None:
    first, second = await made(keys), await made(keys, "till")
    with pytest.raises(Unauthenticated, match="the API key is not valid"):
        await keys.verify(first[:-43] + second[-43:])


async def test_keys_that_do_not_exist_are_compared_in_constant_time_too(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    known = await made(keys)
    monkeypatch.setattr(api_keys.hmac, "compare_digest", compare)
    await keys.verify(known)
    for given in (f"fortress_key_{'0' * 16}_{'a' * 43}", "nonsense"):
        with pytest.raises(Unauthenticated):
            await keys.verify(given)
    assert compared == [(32, 32)] * 3


async def test_a_key_cannot_do_what_its_maker_cannot(keys: ApiKeys) -> None:
    reader = User(id="max", scopes=READING, roles=frozenset())
    with pytest.raises(Forbidden, match="orders:write"):
        await keys.create(reader, name="x", scopes=frozenset(Scope), lifetime_days=1)


async def test_a_machine_neither_makes_nor_sees_nor_revokes_keys(keys: ApiKeys) -> None:
    machine = await keys.verify(await made(keys))
    with pytest.raises(Forbidden):
        await keys.create(machine, name="x", scopes=READING, lifetime_days=1)
    with pytest.raises(Forbidden):
        await keys.of(machine)
    with pytest.raises(Forbidden):
        await keys.revoke(machine, "key_0000000000000000")


async def test_a_name_is_given_once_until_its_key_is_revoked(keys: ApiKeys, store: MemoryApiKeys) -> None:
    await made(keys)
    with pytest.raises(ApiKeyRefused, match="'warehouse'"):
        await made(keys)
    await keys.revoke(SARAH, next(iter(store.keys)))
    await made(keys)


async def test_anothers_key_is_not_found(keys: ApiKeys, store: MemoryApiKeys) -> None:
    await made(keys)
    for key_id in (next(iter(store.keys)), "key_none", "\x00"):
        with pytest.raises(ApiKeyNotFound):
            await keys.revoke(User(id="max", scopes=READING, roles=frozenset()), key_id)
