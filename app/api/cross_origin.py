"""Which other sites' pages may call the API from a browser: those that the configuration names, and no cookie ever."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from app.api.problems import problem_response

METHODS = ("GET", "HEAD", "POST", "DELETE")
REQUEST_HEADERS = (
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "last-event-id",
    "traceparent",
    "x-api-key",
    "x-request-id",
)
RESPONSE_HEADERS = (
    "deprecation",
    "etag",
    "idempotency-replayed",
    "link",
    "location",
    "retry-after",
    "sunset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
)
PREFLIGHT_KEPT_SECONDS = 600


class ProblemCORSMiddleware(CORSMiddleware):
    """Refuses a preflight with a problem where the base has plain text."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """What the browser asks before it sends the request."""
        response = super().preflight_response(request_headers)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        return problem_response(
            HTTPStatus.BAD_REQUEST, code="cross_origin_refused", detail="this origin may not make such a request"
        )


def cross_origin(allowed_origins: Sequence[str]) -> list[Middleware]:
    """Nothing where no origin is allowed: a browser then keeps every other site's page out by itself."""
    if not allowed_origins:
        return []
    return [
        Middleware(
            ProblemCORSMiddleware,
            allow_origins=list(allowed_origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=RESPONSE_HEADERS,
            max_age=PREFLIGHT_KEPT_SECONDS,
        )
    ]
