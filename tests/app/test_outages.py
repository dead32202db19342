"""What customers are told while something is away, and that nothing is lost for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import psutil
import pytest

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.app.conftest import ShopDatabase, Start, migrated_server
from tests.harness.database import TestServer
from tests.harness.issuer import Issuer
from tests.harness.processes import ServiceProcess, wait_until

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
DEADLINE_SECONDS = "1.5"
NO_KEPT_CONNECTIONS = httpx.Limits(max_keepalive_connections=0)
"""A database takes its time to come back, and the service closes what is silent meanwhile."""
BOOKS = """
    SELECT count(*), (SELECT count(*) FROM outbox), (
        SELECT 1000 - available FROM inventory WHERE product_id = 'jordan-1' AND size = 9
    ) FROM orders
"""
Away = Callable[[Part], AbstractContextManager[None]]


@contextlib.contextmanager
def killed(part: Part) -> Iterator[None]:
    """As a crash does."""
    process = part.process()
    assert process is not None
    process.kill()
    process.wait(30)
    try:
        yield
    finally:
        part.start()


@contextlib.contextmanager
def frozen(part: Part) -> Iterator[None]:
    """It takes connections and says nothing, as behind a network that drops packets."""
    process = part.process()
    assert process is not None
    everyone = [process, *process.children(recursive=True)]
    for each in everyone:
        each.suspend()
    try:
        yield
    finally:
        for each in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.resume()


@pytest.fixture(scope="module")
def postgresql(parts: Parts, first_port: int) -> TestServer:
    """A server that no other test needs."""
    return migrated_server(parts, "shop-of-the-outages", first_port)


@pytest.fixture
def database_part(postgresql: TestServer, parts: Parts) -> Part:
    """The one that `postgresql` is."""
    return next(part for part in parts.all() if part.record.port == postgresql.port)


@pytest.mark.parametrize("away", [killed, frozen])
def test_with_the_database_away_orders_are_refused_soon_and_taken_again_when_it_is_back(
    start: Start, issuer: Issuer, shop_database: ShopDatabase, database_part: Part, away: Away
) -> None:
    api = start("api", DEADLINE_SECONDS=DEADLINE_SECONDS).wait_until_ready()
    signed_in = {"authorization": f"Bearer {issuer.token('sarah_123')}"}
    with httpx.Client(
        base_url=api.url, headers=signed_in, trust_env=False, timeout=30, limits=NO_KEPT_CONNECTIONS
    ) as client:
        assert client.post(ORDERS, json=PAIR).status_code == 201
        known = client.get("/api/v2/products").json()
        with away(database_part):
            refusals = [client.post(ORDERS, json=PAIR) for _ in range(3)]
            assert client.get("/health/live").status_code == client.get("/health/ready").status_code == 200
            assert client.get("/api/v2/products").json() == known
        assert [(answer.status_code, answer.headers["retry-after"]) for answer in refusals] == [(503, "1")] * 3
        assert {answer.headers["content-type"] for answer in refusals} == {"application/problem+json"}
        wait_until(lambda: client.post(ORDERS, json=PAIR).status_code == 201, what="an order that is taken again")
    (orders, events, pairs) = asyncio.run(shop_database.run(BOOKS))[0]
    assert orders == events == pairs


@pytest.mark.parametrize("role", ["relay", "consumer"])
def test_a_terminated_worker_ends_by_itself_and_hands_over(
    start: Start, issuer: Issuer, shop_database: ShopDatabase, role: str
) -> None:
    processes = {name: start(name).wait_until_ready() for name in ("api", "relay", "consumer")}
    for _ in range(5):
        _order(processes["api"], issuer)
    terminated = processes[role]
    terminated.process.terminate()
    assert terminated.process.wait(60) == 0
    assert [line for line in terminated.log() if line["level"] == "error"] == []
    start(role).wait_until_ready()
    _order(processes["api"], issuer)
    counted = "SELECT coalesce(sum(orders), 0)::int FROM order_analytics"
    wait_until(lambda: asyncio.run(shop_database.value(counted)) == 6, what="six orders in the figures")
    charged = "SELECT count(*)::int FROM payments WHERE status = 'captured'"
    wait_until(lambda: asyncio.run(shop_database.value(charged)) == 6, what="six payments")


def _order(api: ServiceProcess, issuer: Issuer) -> None:
    headers = {"authorization": f"Bearer {issuer.token('sarah_123')}"}
    answer = httpx.post(f"{api.url}{ORDERS}", json=PAIR, headers=headers, trust_env=False, timeout=30)
    assert answer.status_code == 201
