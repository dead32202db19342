"""Who is asking: a person by bearer token, a machine by API key."""

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
API_KEY_HEADER = "X-API-Key"
API_KEY_SCHEME_NAME = "apiKey"
API_KEY_SCHEME = {
    "type": "apiKey",
    "in": "header",
    "name": API_KEY_HEADER,
    "description": "for machines: made at /api/v2/api-keys, with some of its maker's scopes",
}
SECURITY_SCHEMES = {SECURITY_SCHEME_NAME: SECURITY_SCHEME, API_KEY_SCHEME_NAME: API_KEY_SCHEME}
SECURED = {"security": [{SECURITY_SCHEME_NAME: []}, {API_KEY_SCHEME_NAME: []}]}
SECURED_FOR_PEOPLE = {"security": [{SECURITY_SCHEME_NAME: []}]}


async def authenticated(request: Request) -> User:
    """The user whose token or key the request carries, verified once a request. Raises `Unauthenticated`."""
    if (known := getattr(request.state, "user", None)) is None:
        known = request.state.user = await _verified(request)
    return known


async def _verified(request: Request) -> User:
    authorization, api_key = request.headers.get("authorization"), request.headers.get(API_KEY_HEADER)
    if authorization is not None and api_key is not None:
        raise Unauthenticated("give a bearer token or an API key, not both")
    if api_key is not None:
        return await services(request).api_keys.verify(api_key)
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated("the bearer token is missing or not valid")
    return await services(request).tokens.verify(token)
