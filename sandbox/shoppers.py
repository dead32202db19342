"""Shoppers while a version is on its way: without requests there is nothing to measure."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from sandbox.commands.order import ORDER
from sandbox.commands.token import token
from sandbox.stack import outputs
from sandbox.workspace import Workspace

ORDERED_EACH = 5
"""One request in so many places an order, the others look."""
THREADS = 8
TIMEOUT_SECONDS = 5
SIZES = (*range(1, 9), *range(10, 16))
"""All but the one that `make order` buys."""


@contextmanager
def shopping(workspace: Workspace, requests_per_second: int) -> Iterator[None]:
    """Sends so many requests a second through the load balancer and says at the end what came.

    A fifth of them place an order and cancel it: the stock stays as it was.
    """
    if requests_per_second <= 0:
        yield
        return
    over = threading.Event()
    shoppers = Shoppers(outputs(workspace)["api_url"], token(workspace))
    pace = threading.Thread(target=shoppers.run, args=(requests_per_second, over), daemon=True)
    pace.start()
    try:
        yield
    finally:
        over.set()
        pace.join()
        failed = ", ".join(f"{count} {reason}" for reason, count in shoppers.failures.items())
        print(f"{shoppers.sent} requests on the way, failed: {failed or 'none'}")


class Shoppers:
    """Requests at a steady pace, whatever the answers take."""

    def __init__(self, url: str, bearer: str) -> None:
        self.sent = 0
        self.failures: Counter[str] = Counter()
        limits = httpx.Limits(max_connections=THREADS, max_keepalive_connections=THREADS)
        self._http = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {bearer}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            limits=limits,
        )
        self._counting = threading.Lock()

    def run(self, requests_per_second: int, over: threading.Event) -> None:
        """Sends until it is over."""
        with self._http, ThreadPoolExecutor(THREADS) as pool:
            while not over.wait(1 / requests_per_second):
                pool.submit(self._send, ordering=self.sent % ORDERED_EACH == 0)
                self.sent += 1

    def _send(self, *, ordering: bool) -> None:
        try:
            if ordering:
                bought = {**ORDER, "size": random.choice(SIZES)}  # noqa: S311 - chance, not a secret
                answer = self._http.post("/api/v2/orders", json=bought, headers={"idempotency-key": uuid.uuid4().hex})
                if answer.is_success:
                    answer = self._http.post(f"{answer.headers['location']}/cancel")
            else:
                answer = self._http.get("/api/v2/products")
            reason = str(answer.status_code) if answer.is_server_error else ""
        except httpx.HTTPError as error:
            reason = type(error).__name__
        if reason:
            with self._counting:
                self.failures[reason] += 1
