"""/api/v2/api-keys: the keys of one's machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import unstored
from app.api.authentication import SECURED_FOR_PEOPLE, authenticated
from app.api.body import json_body
from app.api.description import body_of, documented, with_headers
from app.api.services import services
from app.api.validation import document_of
from app.domain.api_keys import LONGEST_LIFETIME_DAYS, USUAL_LIFETIME_DAYS, ApiKey
from app.domain.user import Scope

PATH = "/api/v2/api-keys"
EXAMPLE = {
    "api_key_id": "key_0193a5c1f7b08d1c",
    "name": "warehouse",
    "scopes": ["orders:read"],
    "created_at": "2026-01-31T12:00:00Z",
    "expires_at": "2026-05-01T12:00:00Z",
}
EXAMPLE_KEY = "fortress_key_0193a5c1f7b08d1c_" + "…"

router = APIRouter(tags=["API keys"])


class CreateApiKey(BaseModel):
    """What a new key is called, may do, and for how many days."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"name": "warehouse", "scopes": ["orders:read"], "expires_in_days": 90}]},
    )

    name: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_in_days: Annotated[int, Field(ge=1, le=LONGEST_LIFETIME_DAYS)] = USUAL_LIFETIME_DAYS


class ApiKeyDocument(BaseModel):
    """A key without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    api_key_id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime


class NewApiKey(ApiKeyDocument):
    """A key with what the machine sends as X-API-Key, which is told only now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, "api_key": EXAMPLE_KEY}]})

    api_key: str


class ApiKeyList(BaseModel):
    """The caller's keys that were not revoked, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"api_keys": [EXAMPLE]}]})

    api_keys: list[ApiKeyDocument]


@router.post(
    PATH,
    status_code=201,
    response_model=NewApiKey,
    responses={201: with_headers(Location="the key"), **documented(400, 401, 403, 408, 409, 413, 415, 422)},
    openapi_extra={**SECURED_FOR_PEOPLE, **body_of(CreateApiKey)},
)
async def create_api_key(request: Request) -> Response:
    """Makes a key with some of the caller's scopes. A name is given once, so a repeated request makes no second key."""
    user = await authenticated(request)
    wish = document_of(CreateApiKey, await json_body(request))
    key, secret = await services(request).api_keys.create(
        user, name=wish.name, scopes=frozenset(wish.scopes), lifetime_days=wish.expires_in_days
    )
    document = NewApiKey(**_document(key).model_dump(), api_key=secret)
    return unstored(document, status_code=201, location=f"{PATH}/{key.id}")


@router.get(PATH, response_model=ApiKeyList, responses=documented(401, 403), openapi_extra=SECURED_FOR_PEOPLE)
async def list_api_keys(request: Request) -> Response:
    """The caller's keys, without their secrets."""
    keys = await services(request).api_keys.of(await authenticated(request))
    return unstored(ApiKeyList(api_keys=[_document(key) for key in keys]))


@router.delete(
    PATH + "/{api_key_id}",
    status_code=204,
    response_class=Response,
    responses=documented(401, 403, 404),
    openapi_extra=SECURED_FOR_PEOPLE,
)
async def revoke_api_key(
    request: Request, api_key_id: Annotated[str, Path(examples=[EXAMPLE["api_key_id"]])]
) -> Response:
    """Ends a key at once, on every replica."""
    await services(request).api_keys.revoke(await authenticated(request), api_key_id)
    return Response(status_code=204)


def _document(key: ApiKey) -> ApiKeyDocument:
    return ApiKeyDocument(
        api_key_id=key.id,
        name=key.name,
        scopes=sorted(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
    )
