"""What every request goes through, outermost first: trace context and duration (telemetry.py), request id, access log,
security headers, size of headers, other origins, deprecation, load shedding and rate limit (limits.py), deadline."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from http import HTTPStatus
from itertools import chain

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.health import Health
from app.api.probes import is_probe
from app.api.problems import problem_response
from app.domain.deadline import deadline

HEADERS_MAX = 100
HEADER_BYTES_MAX = 16_384
EVENT_STREAM = "text/event-stream"
EXPECTED_TIMEOUT = "x-envoy-expected-rq-timeout-ms"
REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
SECURITY_HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}

access_log = logging.getLogger("app.access")


class RequestIdMiddleware:
    """Takes the caller's X-Request-Id if it is well formed, makes one if not, and gives it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)


class AccessLogMiddleware:
    """One line a request, without who asked and without what was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_probe(scope):
            await self._app(scope, receive, send)
            return
        started_at = time.perf_counter()
        status: int | None = None

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            access_log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "duration_ms": round((time.perf_counter() - started_at) * 1000, 2),
                    "request_id": scope["state"]["request_id"],
                },
            )


class SecurityHeadersMiddleware:
    """The headers that every answer carries; while the process drains, the request to use another connection too."""

    def __init__(self, app: ASGIApp, *, health: Health) -> None:
        self._app = app
        self._health = health
        self._headers = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
                if self._health.draining:
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeaderLimitMiddleware:
    """Refuses what no honest client sends: headers of more than 16 KiB together, or more than 100 of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _headers_are_modest(scope):
            await self._app(scope, receive, send)
            return
        response = problem_response(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            code="headers_too_large",
            detail=f"at most {HEADERS_MAX} headers of {HEADER_BYTES_MAX} bytes together are read",
        )
        await response(scope, receive, send)


def _headers_are_modest(scope: Scope) -> bool:
    headers = scope["headers"]
    return len(headers) <= HEADERS_MAX and sum(map(len, chain.from_iterable(headers))) <= HEADER_BYTES_MAX


class DeadlineMiddleware:
    """Gives a request `seconds`, or as long as the gateway in front of it waits (Envoy says so) if that is less.

    What is called on its behalf gets no longer (`app.domain.deadline`). At the end the answer is 503; an order that was
    already on its way may still be placed. A stream of events has been answered once it begins: it has an end of its
    own.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start" and _is_stream(message):
                ending.reschedule(None)
            await send(message)

        seconds = self._seconds_for(scope)
        try:
            async with asyncio.timeout(seconds) as ending:
                with deadline(seconds):
                    await self._app(scope, receive, send_and_note)
        except TimeoutError:
            if started:
                raise
            response = problem_response(
                HTTPStatus.SERVICE_UNAVAILABLE,
                code="deadline_exceeded",
                detail=f"not answered within {seconds:g} s; repeat it with the same Idempotency-Key",
                headers={"retry-after": "1"},
            )
            await response(scope, receive, send)

    def _seconds_for(self, scope: Scope) -> float:
        given = Headers(scope=scope).get(EXPECTED_TIMEOUT, "")
        return min(self._seconds, int(given) / 1000) if given.isdecimal() and int(given) > 0 else self._seconds


def _is_stream(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith(EVENT_STREAM)
