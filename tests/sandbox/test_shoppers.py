"""Shoppers in front of a shop that answers as it is told."""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.shoppers import Shoppers

ENOUGH = 20


class Shop(ThreadingHTTPServer):
    """Counts what it is asked; `over` once that is enough."""

    daemon_threads = True

    def __init__(self, products_status: int) -> None:
        super().__init__(("127.0.0.1", 0), Counterman)
        self.products_status = products_status
        self.asked: Counter[str] = Counter()
        self.over = threading.Event()

    def note(self, line: str) -> None:
        self.asked[line] += 1
        if self.asked.total() >= ENOUGH:
            self.over.set()


class Counterman(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        self._answer(self.server.products_status)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self._answer(200 if self.path.endswith("/cancel") else 201)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("location", "/api/v2/orders/ord_1")
        self.send_header("content-length", "0")
        self.end_headers()
        self.server.note(f"{self.command} {self.path}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's signature
        return


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    server = Shop(request.param)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def shopped(shop: Shop) -> Shoppers:
    shoppers = Shoppers(f"http://127.0.0.1:{shop.server_port}", "token")
    shoppers.run(200, shop.over)
    return shoppers


@pytest.mark.parametrize("shop", [200], indirect=True)
def test_most_look_and_whoever_orders_cancels_so_that_the_stock_stays(shop: Shop) -> None:
    shoppers = shopped(shop)
    assert not shoppers.failures
    assert shop.asked["GET /api/v2/products"] > shop.asked["POST /api/v2/orders"] > 0
    assert shop.asked["POST /api/v2/orders"] == shop.asked["POST /api/v2/orders/ord_1/cancel"]


@pytest.mark.parametrize("shop", [503], indirect=True)
def test_answers_of_5xx_are_counted_by_their_status(shop: Shop) -> None:
    shoppers = shopped(shop)
    assert shoppers.failures == {"503": shop.asked["GET /api/v2/products"]}


@pytest.mark.parametrize("shop", [404], indirect=True)
def test_what_the_shopper_asked_wrongly_is_no_failure_of_the_shop(shop: Shop) -> None:
    assert not shopped(shop).failures


class AfterTen(threading.Event):
    """Is over when it was waited for ten times."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = iter(range(10))

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - the base's signature
        return next(self._waits, None) is None


def test_a_shop_that_is_not_there_is_counted_by_its_error() -> None:
    shoppers = Shoppers("http://127.0.0.1:9", "token")
    shoppers.run(50, AfterTen())
    assert shoppers.failures == {"ConnectError": 10}
