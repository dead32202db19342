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
    """The user whose token the request carries, verified once a request. Raises `Unauthenticated`."""
    if (known := getattr(request.state, "user", None)) is not None:
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated("the bearer token is missing or not valid")
    request.state.user = await services(request).tokens.verify(token)
    return request.state.user
