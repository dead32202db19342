"""`POST /api/v2/orders`: how many a second, beside what the database could do and what others do.

No relay runs beside the contestants, for each of them would pay for another one's events; with one is a row of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import uvloop

from sandbox.parts.part import Part
from tests.bench import pgbench
from tests.bench.figures import Figure, Report
from tests.bench.load import Load
from tests.bench.peers.running import running
from tests.bench.shop import open_shop

ROUNDS = 3
ROUND_SECONDS = 3
WARM_UP_SECONDS = 1
TRIAL_SECONDS = 1
SERVICE_CONNECTIONS = (32, 64, 128)
PEER_CONNECTIONS = (1, 2, 4, 8, 16)
LATENCY_SECONDS = 6


def measure(report: Report) -> None:
    """All in turn, several times; medians are compared."""
    with (
        open_shop() as shop,
        running(shop, "synchronous") as (sync_url, sync_request),
        running(shop, "asynchronous") as (async_url, async_request),
    ):
        api = shop.start("api").wait_until_ready()
        service = _Contestant(api.url, shop.order_requests(api.url), SERVICE_CONNECTIONS)
        sync_peer = _Contestant(sync_url, sync_request, PEER_CONNECTIONS)
        async_peer = _Contestant(async_url, async_request, PEER_CONNECTIONS)
        contestants = (service, sync_peer, async_peer)
        rounds = [
            (pgbench.orders_per_second(shop, ROUND_SECONDS), *(each.per_second() for each in contestants))
            for _ in range(ROUNDS)
        ]
        database, orders, sync_rows, async_rows = map(statistics.median, zip(*rounds, strict=True))
        for figure in (
            Figure(name="pgbench, the same function on 16 connections, orders/s", measured=database),
            Figure(name=f"POST /api/v2/orders on {service.connections} connections, orders/s", measured=orders),
            Figure(name="  ÷ pgbench", measured=orders / database, at_least=0.25, aim=0.5),
            Figure(name=f"FastAPI template, sync, on {sync_peer.connections} connections, rows/s", measured=sync_rows),
            Figure(name="  orders ÷ rows", measured=orders / sync_rows, at_least=8, aim=15),
            Figure(
                name=f"FastAPI template, async, on {async_peer.connections} connections, rows/s", measured=async_rows
            ),
            Figure(name="  orders ÷ rows", measured=orders / async_rows),
        ):
            report.add(figure)
        p99 = statistics.median(service.p99_milliseconds(orders / 2) for _ in range(ROUNDS))
        report.add(Figure(name="p99 of an order at half of that rate, ms", measured=p99, at_most=50, aim=10))
        ratio = _without(shop.valkey, service)
        report.add(Figure(name="orders/s with the cache dead ÷ before", measured=ratio, at_least=0.7))
        shop.start("relay").wait_until_ready()
        report.add(Figure(name="orders/s with the relay publishing beside it", measured=service.per_second()))


def _without(part: Part, service: _Contestant) -> float:
    """Killed for one round; the ratio to the rounds before and after it."""
    before = service.per_second()
    process = part.process()
    assert process is not None
    process.kill()
    without = service.per_second()
    part.start()
    service.warm_up()
    return without / statistics.mean([before, service.per_second()])


class _Contestant:
    """Asked with as many connections as it does best with, found once."""

    def __init__(self, url: str, request: Callable[[], bytes], choices: tuple[int, ...]) -> None:
        self._url = url
        self._request = request
        self.connections = choices[-1]
        self.warm_up()
        self.connections = max(choices, key=lambda connections: self._run(connections, TRIAL_SECONDS))

    def warm_up(self) -> None:
        """A short round that does not count."""
        self._run(self.connections, WARM_UP_SECONDS)

    def per_second(self) -> float:
        """Answers with 201."""
        return self._run(self.connections, ROUND_SECONDS)

    def p99_milliseconds(self, per_second: float) -> float:
        """At that rate, whether or not earlier requests are answered."""

        async def run() -> float:
            async with Load(self._url, self._request, connections=self.connections) as load:
                return (await load.at_rate(per_second, LATENCY_SECONDS)).p99_milliseconds()

        return uvloop.run(run())

    def _run(self, connections: int, seconds: float) -> float:
        async def run() -> float:
            async with Load(self._url, self._request, connections=connections) as load:
                answers = await load.as_fast_as_possible(seconds)
            if set(answers.statuses) != {201}:
                raise RuntimeError(f"{self._url} answered {dict(answers.statuses)}")
            return answers.per_second()

        return uvloop.run(run())
