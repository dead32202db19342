"""A load generator light enough to share two cores with what it loads: prepared bytes, httptools' parser."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools

TICK_SECONDS = 0.001
PATIENCE_SECONDS = 30


@dataclass(kw_only=True)
class Answers:
    """What came back in `seconds`; each latency, in seconds, counts from when the request was due."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    def per_second(self, status: int = 201) -> float:
        """How many of that status a second."""
        return self.statuses[status] / self.seconds

    def p99_milliseconds(self) -> float:
        """Of all answers."""
        return statistics.quantiles(self.latencies, n=100)[-1] * 1000


class Load:
    """Some connections to one server, kept open; `request` makes the bytes of the next request."""

    def __init__(self, url: str, request: Callable[[], bytes], *, connections: int) -> None:
        address = urlsplit(url)
        self._host, self._port = str(address.hostname), address.port or 80
        self._request = request
        self._connections_max = connections
        self._connections: list[_Connection] = []
        self._idle: list[_Connection] = []
        self._due: deque[float] = deque()
        self._answers = Answers()
        self._closed_loop = False
        self._lost: Exception | None = None

    async def __aenter__(self) -> Load:
        loop = asyncio.get_running_loop()
        for _ in range(self._connections_max):
            _, connection = await loop.create_connection(
                lambda: _Connection(self._answered, self._broken), self._host, self._port
            )
            self._connections.append(connection)
        self._idle = list(self._connections)
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()
        await asyncio.sleep(0)

    async def as_fast_as_possible(self, seconds: float) -> Answers:
        """The next request on each connection as soon as the last one is answered."""
        self._answers, began = Answers(), time.perf_counter()
        self._closed_loop = True
        while self._idle:
            self._send(time.perf_counter())
        await asyncio.sleep(seconds)
        self._closed_loop = False
        await self._until_idle()
        self._answers.seconds = time.perf_counter() - began
        return self._answers

    async def at_rate(self, per_second: float, seconds: float) -> Answers:
        """Requests at even distances, whether or not earlier ones are answered: what waits for a connection is late."""
        self._answers, began = Answers(), time.perf_counter()
        asked, wanted = 0, int(per_second * seconds)
        while asked < wanted:
            while asked < wanted and (due := began + asked / per_second) <= time.perf_counter():
                asked += 1
                self._due.append(due)
            self._send_due()
            await asyncio.sleep(TICK_SECONDS)
        await self._until_idle()
        self._answers.seconds = time.perf_counter() - began
        return self._answers

    async def _until_idle(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._due or len(self._idle) < len(self._connections):
                if self._lost is not None:
                    raise ConnectionError("the server closed a connection") from self._lost
                await asyncio.sleep(TICK_SECONDS)

    def _send_due(self) -> None:
        while self._due and self._idle:
            self._send(self._due.popleft())

    def _send(self, due: float) -> None:
        self._idle.pop().send(self._request(), due)

    def _answered(self, connection: _Connection, status: int) -> None:
        now = time.perf_counter()
        self._answers.statuses[status] += 1
        self._answers.latencies.append(now - connection.due)
        self._idle.append(connection)
        if self._closed_loop:
            self._send(now)
        else:
            self._send_due()

    def _broken(self, error: Exception | None) -> None:
        self._lost = error or ConnectionResetError()


class _Connection(asyncio.Protocol):
    def __init__(
        self, answered: Callable[[_Connection, int], None], broken: Callable[[Exception | None], None]
    ) -> None:
        self._answered = answered
        self._broken = broken
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.WriteTransport
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._answered(self, self._parser.get_status_code())
        self._parser = httptools.HttpResponseParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._broken(exc)

    def close(self) -> None:
        self._broken = lambda _: None
        self._transport.close()
