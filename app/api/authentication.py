"""Who is asking, from the Authorization header."""

from __future__ import annotations

from fastapi import Request

from app.api.services import services
from app.domain.errors import Unauthenticated
from app.domain.user import User

SCHEME = "bearer"
SECURITY_SCHEME_NAME = "bearer"
SECURITY_SCHEME = {
    "type": "http",
    "scheme": SCHEME,
    "bearerFormat": "JWT",
    "description": "an RS256 access token of the user pool, with the scopes orders:read and orders:write",
}
SECURED = {"security": [{SECURITY_SCHEME_NAME: []}]}


async def authenticated(request: Request) -> User:
    """The user whose token the request carries. Raises `Unauthenticated`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated("the bearer token is missing or not valid")
    return await services(request).tokens.verify(token)
