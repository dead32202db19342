"""What the routes say of themselves in the OpenAPI document beyond what the framework sees."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from app.api.problems import MEDIA_TYPE, TYPE_PREFIX
from app.api.validation import IDEMPOTENCY_KEY_PATTERN

REFERENCE = "#/components/schemas/{model}"
IDEMPOTENCY_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "for two days the same key and body give the same answer, whoever answers, however often it is sent",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY_PATTERN},
    "example": "4f9c1c1e-buy-jordan-1",
}
IF_NONE_MATCH_PARAMETER = {
    "name": "If-None-Match",
    "in": "header",
    "description": "entity tags that the client already has; 304 when one still holds",
    "schema": {"type": "string"},
}
NOT_MODIFIED = {"description": "not changed since the given ETag"}

ANYWHERE = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HTTPStatus.SERVICE_UNAVAILABLE}
)
EXAMPLES = {
    HTTPStatus.BAD_REQUEST: ("malformed_request", "the body is not valid JSON"),
    HTTPStatus.UNAUTHORIZED: ("unauthenticated", "the bearer token is missing or not valid"),
    HTTPStatus.FORBIDDEN: ("forbidden", "the token does not carry the scope orders:write"),
    HTTPStatus.NOT_FOUND: ("order_not_found", "there is no such order"),
    HTTPStatus.REQUEST_TIMEOUT: ("body_too_slow", "the body did not arrive within 3 s"),
    HTTPStatus.CONFLICT: ("out_of_stock", "fewer than 1 of 'jordan-1' in size 9 are left"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "the body is longer than 16384 bytes"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_media_type", "the body must be application/json in UTF-8"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("invalid_request", "the request breaks rules"),
    HTTPStatus.TOO_MANY_REQUESTS: ("too_many_requests", "more requests than are allowed"),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "headers_too_large",
        "at most 100 headers of 16384 bytes together are read",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", "the order book does not answer right now"),
}
RETRY_AFTER = {"Retry_After": "seconds to wait before trying again"}
HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW_Authenticate": "what is accepted"},
    HTTPStatus.TOO_MANY_REQUESTS: RETRY_AFTER,
    HTTPStatus.SERVICE_UNAVAILABLE: RETRY_AFTER,
}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route that reads it by hand; the model is one of `application.BODIES`."""
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def with_headers(**headers: str) -> dict[str, Any]:
    """Headers of a response: name (hyphens as underscores) to what it says."""
    return {
        "headers": {
            name.replace("_", "-"): {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in headers.items()
        }
    }


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, each by example; a flood or an outage may meet any."""
    return {status: _described(HTTPStatus(status)) for status in sorted({*statuses, *ANYWHERE})}


def _described(status: HTTPStatus) -> dict[str, Any]:
    code, detail = EXAMPLES[status]
    example = {"type": f"{TYPE_PREFIX}{code}", "title": status.phrase, "status": status, "detail": detail, "code": code}
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        example["errors"] = [{"pointer": "/size", "message": "Input should be less than or equal to 15"}]
    described: dict[str, Any] = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}, "example": example}},
    }
    return described | (with_headers(**HEADERS[status]) if status in HEADERS else {})
