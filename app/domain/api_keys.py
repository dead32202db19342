"""Keys that machines call with: made by people, for some of their own scopes, until a day."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.domain.errors import ErrorKind, Forbidden, OrderServiceError, Unauthenticated
from app.domain.user import Role, Scope, User

LONGEST_LIFETIME_DAYS = 365
USUAL_LIFETIME_DAYS = 90
KEYS_OF_ONE_OWNER_MAX = 20
ID_PREFIX = "key_"
KEY_ID = re.compile(r"key_[0-9a-f]{16}")
KEY = re.compile(r"fortress_(key_[0-9a-f]{16})_([A-Za-z0-9_-]{43})")
NO_DIGEST = bytes(32)


class ApiKeyNotFound(OrderServiceError):  # noqa: N818 - reads as the refusal that it is
    """The caller has no such key."""

    kind = ErrorKind.NOT_FOUND
    code = "api_key_not_found"


class ApiKeyRefused(OrderServiceError):  # noqa: N818
    """The caller has a key of that name, or too many keys."""

    kind = ErrorKind.CONFLICT
    code = "api_key_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """A key without its secret: `digest` is the SHA-256 of 32 random bytes, which need no slow hash."""

    id: str
    owner_id: str
    name: str
    scopes: frozenset[Scope]
    digest: bytes
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and moment < self.expires_at


class ApiKeyStore(Protocol):
    """Keeps keys. Every method raises `Unavailable`."""

    async def add(self, key: ApiKey, *, keys_max: int) -> bool:
        """False, and nothing is kept, when the owner has a valid key of that name or `keys_max` of them."""
        ...

    async def find(self, key_id: str) -> ApiKey | None: ...

    async def of_owner(self, owner_id: str) -> Sequence[ApiKey]:
        """Those that were not revoked, newest first."""
        ...

    async def revoke(self, key_id: str, owner_id: str) -> bool:
        """Whether the owner had such a key."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class ApiKeys:
    """Makes, lists, revokes and verifies keys. A revoked key is refused from the next request on: none is cached."""

    def __init__(self, store: ApiKeyStore, *, now: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._now = now

    async def create(
        self, user: User, *, name: str, scopes: frozenset[Scope], lifetime_days: int
    ) -> tuple[ApiKey, str]:
        """The key, and what the machine has to send, which is told only this once.

        Raises `Forbidden` for a scope that the caller lacks and for a caller that is a machine, `ApiKeyRefused`.
        """
        _require_person(user)
        for scope in scopes:
            user.require(scope)
        secret = secrets.token_urlsafe(32)
        key = ApiKey(
            id=f"{ID_PREFIX}{secrets.token_hex(8)}",
            owner_id=user.id,
            name=name,
            scopes=scopes,
            digest=_digest(secret),
            created_at=self._now(),
            expires_at=self._now() + timedelta(days=lifetime_days),
        )
        if not await self._store.add(key, keys_max=KEYS_OF_ONE_OWNER_MAX):
            raise ApiKeyRefused(f"there is a key named {name!r} already, or there are {KEYS_OF_ONE_OWNER_MAX} keys")
        return key, f"fortress_{key.id}_{secret}"

    async def of(self, user: User) -> Sequence[ApiKey]:
        """The caller's keys."""
        _require_person(user)
        return await self._store.of_owner(user.id)

    async def revoke(self, user: User, key_id: str) -> None:
        """Ends a key at once. Raises `ApiKeyNotFound`."""
        _require_person(user)
        if not KEY_ID.fullmatch(key_id) or not await self._store.revoke(key_id, user.id):
            raise ApiKeyNotFound("there is no such API key")

    async def verify(self, given: str) -> User:
        """The owner, with no more than the key's scopes and no role but a customer's. Raises `Unauthenticated`.

        A key that does not exist takes the same comparison as one that does.
        """
        match = KEY.fullmatch(given)
        key = await self._store.find(match[1]) if match else None
        same = hmac.compare_digest(key.digest if key else NO_DIGEST, _digest(match[2] if match else ""))
        if key is None or not same or not key.valid_at(self._now()):
            raise Unauthenticated("the API key is not valid")
        return User(id=key.owner_id, scopes=key.scopes, roles=frozenset({Role.CUSTOMER}), machine=True)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _require_person(user: User) -> None:
    if user.machine:
        raise Forbidden("API keys are managed with a bearer token, not with an API key")
