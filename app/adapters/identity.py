"""Bearer tokens of Amazon Cognito, verified with the user pool's published keys."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import jwt

from app.adapters.guard import Guard
from app.domain.errors import Unauthenticated, Unavailable
from app.domain.user import Role, Scope, User
from app.settings import IdentitySettings

ALGORITHM = "RS256"
ACCESS = "access"
FETCH_TIMEOUT_SECONDS = 2
FETCH_ATTEMPTS_MAX = 2
FETCHES_AT_ONCE_MAX = 4
FETCH_INTERVAL_SECONDS_MIN = 10
KEYS_FRESH_SECONDS = 600
REMEMBERED_TOKENS_MAX = 10_000
LONGEST_TOKEN = 8_192
REFUSAL = "the bearer token is missing or not valid"

log = logging.getLogger(__name__)


_issuer = Guard(
    "identity provider",
    failures=(httpx.HTTPError, TimeoutError),
    concurrent_max=FETCHES_AT_ONCE_MAX,
    timeout_seconds=FETCH_TIMEOUT_SECONDS,
)


async def fetch_json(url: str) -> dict[str, Any]:
    """The JSON object at `url`; redirects are not followed, proxies not used."""
    return await _issuer.call(lambda: _get(url), attempts_max=FETCH_ATTEMPTS_MAX)


async def _get(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS, trust_env=False) as client:
        response = await client.get(url)
        response.raise_for_status()
        return response.json()


class SigningKeys:
    """The issuer's keys by id.

    Fetched at most once in 10 s however many unknown ids come; known keys outlive an outage of the issuer.
    """

    def __init__(
        self, url: str, *, fetch: Callable[[str], Awaitable[dict[str, Any]]] = fetch_json, on_change: Callable[[], None]
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._on_change = on_change
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at = -float("inf")
        self._tried_at = -float("inf")
        self._refreshing: asyncio.Task[None] | None = None

    async def reachable(self) -> bool:
        """Whether any key is known; fetches them if not."""
        if not self._keys:
            await asyncio.shield(self.refresh())
        return bool(self._keys)

    async def find(self, key_id: str) -> jwt.PyJWK:
        """The key with that id. Raises `Unauthenticated` if there is none, `Unavailable` if no key was ever fetched."""
        if time.monotonic() - self._fetched_at > KEYS_FRESH_SECONDS or key_id not in self._keys:
            refresh = self.refresh()
            if key_id not in self._keys:
                await asyncio.shield(refresh)
        if not self._keys:
            raise Unavailable("tokens cannot be verified right now", retry_after_seconds=1)
        if key_id not in self._keys:
            raise Unauthenticated(REFUSAL)
        return self._keys[key_id]

    def keep_fresh(self) -> None:
        """Has them fetched anew when that was long ago, without waiting for it: what was withdrawn ends then."""
        now = time.monotonic()
        if now - self._fetched_at > KEYS_FRESH_SECONDS and now - self._tried_at >= FETCH_INTERVAL_SECONDS_MIN:
            self.refresh()

    def refresh(self) -> asyncio.Task[None]:
        """One fetch at a time, for all who wait."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())
        return self._refreshing

    async def _refresh(self) -> None:
        if self._keys and time.monotonic() - self._tried_at < FETCH_INTERVAL_SECONDS_MIN:
            return
        self._tried_at = time.monotonic()
        try:
            keys = {
                str(key["kid"]): jwt.PyJWK(key, algorithm=ALGORITHM)
                for key in (await self._fetch(self._url))["keys"]
                if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"
            }
        except (Unavailable, TimeoutError, httpx.HTTPError, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            log.warning("signing keys not fetched", extra={"cause": type(error).__name__})
            return
        self._fetched_at = self._tried_at
        if keys.keys() != self._keys.keys():
            self._on_change()
        self._keys = keys


class CognitoTokenVerifier:
    """Believes access tokens that the user pool issued to this application's client.

    A verified token is remembered until it expires or the pool's keys change, by its digest, never as itself.
    """

    def __init__(
        self, settings: IdentitySettings, *, fetch: Callable[[str], Awaitable[dict[str, Any]]] = fetch_json
    ) -> None:
        self._settings = settings
        self._scope_prefix = f"{settings.identity_scope_prefix}/"
        self._remembered: dict[bytes, tuple[User, float]] = {}
        self.keys = SigningKeys(settings.identity_jwks_url, fetch=fetch, on_change=self._remembered.clear)

    async def verify(self, token: str) -> User:
        """See `TokenVerifier.verify`."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise Unauthenticated(REFUSAL)
        digest = hashlib.sha256(token.encode()).digest()
        remembered = self._remembered.get(digest)
        if remembered is not None and remembered[1] > time.time():
            self.keys.keep_fresh()
            return remembered[0]
        claims = await self._claims(token)
        user = self._user(claims)
        self._remember(digest, user, float(claims["exp"]))
        return user

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != ALGORITHM:
                raise Unauthenticated(REFUSAL)
            key = await self.keys.find(str(header.get("kid")))
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._settings.identity_issuer,
                options={"require": ["exp", "iat", "iss", "sub", "token_use", "client_id"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(REFUSAL) from error

    def _user(self, claims: Mapping[str, Any]) -> User:
        ours = claims["client_id"] == self._settings.identity_client_id
        if not ours or claims["token_use"] != ACCESS:
            raise Unauthenticated(REFUSAL)
        names = str(claims.get("scope", "")).split()
        granted = {name.removeprefix(self._scope_prefix) for name in names if name.startswith(self._scope_prefix)}
        groups = set(claims.get("cognito:groups", ()))
        return User(
            id=str(claims.get("username", claims["sub"])),
            scopes=frozenset(scope for scope in Scope if scope in granted),
            roles=frozenset({Role.CUSTOMER, *(role for role in Role if role in groups)}),
        )

    def _remember(self, digest: bytes, user: User, expires_at: float) -> None:
        while len(self._remembered) >= REMEMBERED_TOKENS_MAX:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[digest] = (user, expires_at)
