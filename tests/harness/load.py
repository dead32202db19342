"""Requests at a steady pace, and what came of each."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

THREADS = 8
ORDERED_EACH = 3
"""One request in so many places an order, the others look."""
SIZES = 15
"""A thousand pairs of each are in stock; so many orders take from all in turn."""
TIMEOUT_SECONDS = 10


class Load:
    """`answers` counts what came: status codes, and names of errors where none came."""

    def __init__(self, url: str, bearer: str, order: Mapping[str, Any]) -> None:
        self.answers: Counter[str] = Counter()
        self._order = dict(order)
        limits = httpx.Limits(max_connections=THREADS, max_keepalive_connections=THREADS)
        headers = {"authorization": f"Bearer {bearer}"}
        options = {"trust_env": False, "timeout": TIMEOUT_SECONDS, "limits": limits}
        self._http = httpx.Client(base_url=url, headers=headers, **options)
        self._counting = threading.Lock()

    @property
    def failed(self) -> int:
        """Requests that were answered with 5xx, or not at all."""
        return sum(count for answer, count in self.answers.items() if not answer.isdigit() or answer >= "500")

    @contextmanager
    def at(self, requests_per_second: int) -> Iterator[None]:
        """Sends so many a second, whatever the answers take; waits for the last at the end."""
        over = threading.Event()
        pace = threading.Thread(target=self._run, args=(requests_per_second, over), daemon=True)
        pace.start()
        try:
            yield
        finally:
            over.set()
            pace.join()

    def _run(self, requests_per_second: int, over: threading.Event) -> None:
        began, sent = time.monotonic(), 0
        with self._http, ThreadPoolExecutor(THREADS) as pool:
            while not over.wait(max(0.0, began + sent / requests_per_second - time.monotonic())):
                pool.submit(self._send, sent)
                sent += 1

    def _send(self, number: int) -> None:
        try:
            if number % ORDERED_EACH:
                answer = self._http.get("/api/v2/products")
            else:
                key, size = {"idempotency-key": uuid.uuid4().hex}, {"size": 1 + number // ORDERED_EACH % SIZES}
                answer = self._http.post("/api/v2/orders", json=self._order | size, headers=key)
            came = str(answer.status_code)
        except httpx.HTTPError as error:
            came = type(error).__name__
        with self._counting:
            self.answers[came] += 1
