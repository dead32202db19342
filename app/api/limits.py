"""How much is taken on: at once by this replica, and in a minute from one caller."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

import anyio
from fastapi import Request
from opentelemetry import metrics
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.authentication import API_KEY_HEADER, authenticated
from app.api.probes import is_probe
from app.api.problems import problem_response, refusal_response
from app.api.services import services
from app.domain.allowance import Allowance
from app.domain.errors import OrderServiceError, TooManyRequests

USED_UP_MAX = 10_000
EVENT_STREAM = b"text/event-stream"
meter = metrics.get_meter(__name__)
requests_shed = meter.create_counter("requests_shed", description="Requests refused because too many were in flight.")
requests_limited = meter.create_counter("requests_limited", description="Requests refused by the rate limit.")


@dataclass(frozen=True, kw_only=True, slots=True)
class _UsedUp:
    """An address may ask no more before `ends_at`, on the monotonic clock."""

    limit: int
    ends_at: float


class LoadSheddingMiddleware:
    """Answers 503 at once beyond `requests_in_flight_max`: a short queue keeps the latency of those that are taken.

    Probes always pass. A stream of events holds its place until it has begun, not while it lasts.
    """

    def __init__(self, app: ASGIApp, *, requests_in_flight_max: int) -> None:
        self._app = app
        self._in_flight = anyio.CapacityLimiter(requests_in_flight_max)
        meter.create_observable_up_down_counter("http.server.active_requests", callbacks=[self._count])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_probe(scope):
            await self._app(scope, receive, send)
            return
        place = object()
        try:
            self._in_flight.acquire_on_behalf_of_nowait(place)
        except anyio.WouldBlock:
            requests_shed.add(1)
            await _overloaded()(scope, receive, send)
            return
        held = True

        async def send_and_release_streams(message: Message) -> None:
            nonlocal held
            if held and message["type"] == "http.response.start" and _is_event_stream(message):
                held = False
                self._in_flight.release_on_behalf_of(place)
            await send(message)

        try:
            await self._app(scope, receive, send_and_release_streams)
        finally:
            if held:
                self._in_flight.release_on_behalf_of(place)

    def _count(self, _: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
        yield metrics.Observation(self._in_flight.borrowed_tokens)


class RateLimitMiddleware:
    """Counts each request for its verified user, or else for its address, and says in headers what is left.

    Behind `trusted_proxies` hops the address is the one that the outermost of them saw. An API key has to be looked up:
    for an address that used up its requests without being anybody no further one is, until its window ends.
    """

    def __init__(self, app: ASGIApp, *, trusted_proxies: int) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._used_up: dict[str, _UsedUp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_probe(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        allowance = self._known_refusal(request) if self._used_up else None
        if allowance is None:
            allowance = await self._counted(request)
        headers = _headers(allowance)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        if allowance.granted:
            await self._app(scope, receive, send_with_headers)
            return
        requests_limited.add(1)
        error = TooManyRequests(
            f"more than {allowance.limit} requests in a minute", retry_after_seconds=allowance.reset_seconds
        )
        await refusal_response(error)(scope, receive, send_with_headers)

    async def _counted(self, request: Request) -> Allowance:
        rates = services(request).rates
        try:
            caller = f"user:{(await authenticated(request)).id}"
        except OrderServiceError:
            address = self._address(request)
            allowance = await rates.hit(f"address:{address}")
            if not allowance.granted:
                self._remember(address, allowance)
            return allowance
        return await rates.hit(caller)

    def _remember(self, address: str, allowance: Allowance) -> None:
        self._used_up[address] = _UsedUp(limit=allowance.limit, ends_at=time.monotonic() + allowance.reset_seconds)
        if len(self._used_up) > USED_UP_MAX:
            del self._used_up[next(iter(self._used_up))]

    def _known_refusal(self, request: Request) -> Allowance | None:
        address = self._address(request)
        if API_KEY_HEADER not in request.headers or (known := self._used_up.get(address)) is None:
            return None
        left_seconds = math.ceil(known.ends_at - time.monotonic())
        if left_seconds <= 0:
            del self._used_up[address]
            return None
        return Allowance(limit=known.limit, remaining=0, reset_seconds=left_seconds, granted=False)

    def _address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        seen = [hop.strip() for hop in Headers(scope=request.scope).get("x-forwarded-for", "").split(",")]
        if not self._trusted_proxies or len(seen) < self._trusted_proxies:
            return peer
        return seen[-self._trusted_proxies] or peer


def _headers(allowance: Allowance) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-ratelimit-limit", str(allowance.limit).encode()),
        (b"x-ratelimit-remaining", str(allowance.remaining).encode()),
        (b"x-ratelimit-reset", str(allowance.reset_seconds).encode()),
    ]


def _is_event_stream(message: Message) -> bool:
    return any(name == b"content-type" and value.startswith(EVENT_STREAM) for name, value in message["headers"])


def _overloaded() -> ASGIApp:
    return problem_response(
        HTTPStatus.SERVICE_UNAVAILABLE,
        code="overloaded",
        detail="more requests are in flight than can be served; try again",
        headers={"retry-after": "1"},
    )
