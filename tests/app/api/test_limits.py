import asyncio
import secrets
from types import SimpleNamespace

import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.api import limits
from app.api.limits import LoadSheddingMiddleware, RateLimitMiddleware
from tests.app.api.conftest import Shop
from tests.harness.measured import Measured

PRODUCTS = "/api/v2/products"


async def test_every_answer_says_what_is_left(shop: Shop) -> None:
    shop.rates.limit = 3
    answers = [await shop.client.get(PRODUCTS) for _ in range(3)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0"]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"3"}
    assert {answer.headers["x-ratelimit-reset"] for answer in answers} == {"60"}


async def test_who_asks_too_much_is_told_when_to_come_back(shop: Shop) -> None:
    shop.rates.limit = 1
    await shop.client.get(PRODUCTS)
    refusal = await shop.client.get(PRODUCTS)
    assert (refusal.status_code, refusal.headers["retry-after"]) == (429, "60")
    assert refusal.headers["x-ratelimit-remaining"] == "0"
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["code"] == "too_many_requests"
    assert "x-request-id" in refusal.headers


async def test_customers_do_not_use_up_each_others_allowance(shop: Shop) -> None:
    shop.rates.limit = 1
    assert (await shop.client.get(PRODUCTS)).status_code == 200
    assert (await shop.client.get(PRODUCTS, headers=shop.bearer("other"))).status_code == 200


async def test_made_up_tokens_all_count_for_the_address_they_come_from(shop: Shop) -> None:
    for turn in range(3):
        await shop.client.get(PRODUCTS, headers={"authorization": f"Bearer made.up.{turn}"})
    assert shop.rates.used == {"address:127.0.0.1": 3}


def invented(shop: Shop, address: str = "203.0.113.9") -> httpx.AsyncClient:
    """A machine at that address; every request of its own comes with a key that never was."""

    async def with_new_key(request: httpx.Request) -> None:
        request.headers["x-api-key"] = f"fortress_key_{secrets.token_hex(8)}_{secrets.token_urlsafe(32)}"

    transport = httpx.ASGITransport(shop.api, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://shop", event_hooks={"request": [with_new_key]})


async def test_invented_keys_are_looked_up_no_oftener_than_their_address_may_ask(shop: Shop) -> None:
    shop.rates.limit = 3
    machine = invented(shop)
    answers = [await machine.get(PRODUCTS) for _ in range(20)]
    assert [answer.status_code for answer in answers[3:]] == [429] * 17
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    assert shop.api_keys.reads == 4
    await invented(shop, "203.0.113.10").get(PRODUCTS)
    assert shop.api_keys.reads == 5
    assert (await shop.client.get(PRODUCTS)).status_code == 200


async def test_who_is_known_by_token_is_not_kept_out_with_the_address(shop: Shop) -> None:
    shop.rates.limit = 3
    machine = invented(shop, "127.0.0.1")
    for _ in range(5):
        await machine.get(PRODUCTS)
    assert (await shop.client.get(PRODUCTS)).status_code == 200


async def test_after_its_window_an_address_is_looked_at_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    shop.rates.limit = 1
    machine = invented(shop)
    for _ in range(5):
        await machine.get(PRODUCTS)
    assert shop.api_keys.reads == 2
    now += 60
    shop.rates.used.clear()
    assert (await machine.get(PRODUCTS)).status_code != 429
    assert shop.api_keys.reads == 3


async def test_of_addresses_only_the_last_are_remembered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "USED_UP_MAX", 1)
    shop.rates.limit = 0
    for address, reads in (("203.0.113.1", 1), ("203.0.113.1", 1), ("203.0.113.2", 2), ("203.0.113.1", 3)):
        await invented(shop, address).get(PRODUCTS)
        assert shop.api_keys.reads == reads


async def test_probes_are_neither_counted_nor_shed(shop: Shop) -> None:
    shop.rates.limit = 0
    assert (await shop.client.get("/health/live")).status_code == 200
    assert shop.rates.used == {}


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
async def test_the_address_is_the_one_that_our_own_proxies_saw(
    shop: Shop, trusted: int, forwarded: str, address: str
) -> None:
    limited = RateLimitMiddleware(shop.api, trusted_proxies=trusted)

    async def with_state(scope: dict, receive: object, send: object) -> None:
        await limited({**scope, "app": shop.api}, receive, send)  # type: ignore[arg-type]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=with_state), base_url="http://shop") as client:  # type: ignore[arg-type]
        await client.get(PRODUCTS, headers={"x-forwarded-for": forwarded})
    assert f"address:{address}" in shop.rates.used


async def test_beyond_the_agreed_number_at_once_requests_are_refused_and_then_taken_again() -> None:
    leave, arrived = asyncio.Event(), asyncio.Event()

    async def slow(_scope: object, _receive: object, send: object) -> None:
        arrived.set()
        await leave.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    shedding = LoadSheddingMiddleware(slow, requests_in_flight_max=1)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=shedding), base_url="http://shop") as client:
        first = asyncio.create_task(client.get("/"))
        await arrived.wait()
        second = await client.get("/")
        assert (second.status_code, second.headers["retry-after"], second.json()["code"]) == (503, "1", "overloaded")
        leave.set()
        assert (await first).status_code == 200
        assert (await client.get("/")).status_code == 200


async def test_requests_in_flight_are_counted_while_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Measured(monkeypatch)
    monkeypatch.setattr(limits, "meter", measured.metering.get_meter("limits"))
    seen = []

    async def look(scope: object, receive: object, send: object) -> None:
        seen.append(measured.values("http.server.active_requests"))
        await PlainTextResponse("seen")(scope, receive, send)  # type: ignore[arg-type]

    counting = LoadSheddingMiddleware(look, requests_in_flight_max=2)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=counting), base_url="http://shop") as client:
        await client.get("/")
    assert [*seen, measured.values("http.server.active_requests")] == [{(): 1}, {(): 0}]


async def test_a_stream_of_events_does_not_hold_a_place() -> None:
    leave, begun = asyncio.Event(), asyncio.Event()

    async def streaming(scope: dict, _receive: object, send: object) -> None:
        content_type = b"text/event-stream" if scope["path"] == "/events" else b"text/plain"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type)]})  # type: ignore[operator]
        if scope["path"] == "/events":
            begun.set()
            await leave.wait()
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    shedding = LoadSheddingMiddleware(streaming, requests_in_flight_max=1)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=shedding), base_url="http://shop") as client:
        stream = asyncio.create_task(client.get("/events"))
        await begun.wait()
        assert (await client.get("/")).status_code == 200
        leave.set()
        assert (await stream).status_code == 200
        assert (await client.get("/")).status_code == 200
