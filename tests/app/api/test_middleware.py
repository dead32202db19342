import asyncio
import json
import logging

import httpx
import pytest

from app.adapters.telemetry import JsonFormatter
from app.api.middleware import SECURITY_HEADERS, DeadlineMiddleware
from app.domain.deadline import remaining_seconds
from tests.app.api.conftest import Shop

PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


@pytest.mark.parametrize("path", ["/api/v2/products", "/nowhere", "/health/live"])
async def test_every_answer_carries_the_security_headers(shop: Shop, path: str) -> None:
    response = await shop.client.get(path)
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_well_formed_request_id_is_given_back(shop: Shop) -> None:
    response = await shop.client.get("/api/v2/products", headers={"x-request-id": "a1b2c3d4-0000"})
    assert response.headers["x-request-id"] == "a1b2c3d4-0000"


@pytest.mark.parametrize("given", ["short", "with space in it", "x" * 65, "new\tline-new-line"])
async def test_any_other_request_id_is_replaced(shop: Shop, given: str) -> None:
    response = await shop.client.get("/api/v2/products", headers={"x-request-id": given})
    assert response.headers["x-request-id"] != given


async def test_a_request_is_logged_without_who_asked_and_what_was_sent(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "app.access"):
        response = await shop.client.post("/api/v2/orders", json=PAIR, headers={"idempotency-key": "secret-key"})
    (record,) = caplog.records
    line = JsonFormatter().format(record)
    entry = json.loads(line)
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/v2/orders", 201)
    assert entry["request_id"] == response.headers["x-request-id"]
    token = shop.client.headers["authorization"].split()[1]
    for private in ("sarah_123", "secret-key", "jordan-1", token):
        assert private not in line


async def test_probes_are_not_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "app.access"):
        await shop.client.get("/health/live")
    assert not caplog.records


async def test_a_request_beyond_its_deadline_is_answered_with_503() -> None:
    async def never(_scope, _receive, _send) -> None:  # type: ignore[no-untyped-def]
        await asyncio.Event().wait()

    transport = httpx.ASGITransport(app=DeadlineMiddleware(never, seconds=0.01))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        response = await client.get("/")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["code"] == "deadline_exceeded"


@pytest.mark.parametrize(("given", "allowed"), [("10", 0.01), ("60000", 5), ("0", 5), ("-1", 5), ("soon", 5), ("", 5)])
async def test_what_is_called_for_a_request_gets_no_longer_than_the_gateway_waits(given: str, allowed: float) -> None:
    granted = []

    async def app(_scope, _receive, send) -> None:  # type: ignore[no-untyped-def]
        granted.append(remaining_seconds(60))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=DeadlineMiddleware(app, seconds=5))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        await client.get("/", headers={"x-envoy-expected-rq-timeout-ms": given})
    (seconds,) = granted
    assert allowed * 0.5 < seconds <= allowed
