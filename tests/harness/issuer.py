"""A user pool for tests: signs access tokens and publishes the keys."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Test"
CLIENT_ID = "shop-client"
JWKS_URL = "http://127.0.0.1:1/.well-known/jwks.json"
SCOPES = "orders-api/orders:read orders-api/orders:write"


@cache
def private_key(name: str) -> RSAPrivateKey:
    """A key made once a test run."""
    assert name
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(kw_only=True)
class Issuer:
    """`fetch` stands in for the JWKS address; `fetches` counts how often it was asked."""

    key_ids: list[str] = field(default_factory=lambda: ["first"])
    fetches: int = 0
    reachable: bool = True

    async def fetch(self, _url: str) -> dict[str, Any]:
        """The published keys."""
        self.fetches += 1
        if not self.reachable:
            raise ValueError("the issuer is away")
        return self.jwks()

    def jwks(self) -> dict[str, Any]:
        """The published keys as a JWKS."""
        return {"keys": [self._public_key(key_id) for key_id in self.key_ids]}

    def token(
        self,
        username: str = "sarah_123",
        *,
        key_id: str = "first",
        signed_with: str | None = None,
        groups: Sequence[str] = (),
        **claims: Any,
    ) -> str:
        """An access token of this pool; `claims` replace the usual ones, None leaves one out."""
        now = int(time.time())
        usual: Mapping[str, Any] = {
            "iss": ISSUER,
            "sub": f"sub-of-{username}",
            "username": username,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "scope": SCOPES,
            "iat": now,
            "exp": now + 600,
            "cognito:groups": list(groups) or None,
        }
        payload = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(payload, private_key(signed_with or key_id), algorithm="RS256", headers={"kid": key_id})

    def _public_key(self, key_id: str) -> dict[str, Any]:
        key = json.loads(RSAAlgorithm.to_jwk(private_key(key_id).public_key()))
        return {**key, "kid": key_id, "alg": "RS256", "use": "sig"}
