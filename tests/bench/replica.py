"""One replica: how soon it is there, and how much it keeps."""

from __future__ import annotations

import asyncio
import statistics
import time

from tests.bench.figures import Figure, Report
from tests.bench.load import Load
from tests.bench.shop import Shop, mebibytes, open_shop

STARTS = 3
LOAD_SECONDS = 5
CONNECTIONS = 64


def measure(report: Report) -> None:
    """The median of several starts; memory after some thousand orders."""
    with open_shop() as shop:
        seconds = statistics.median(_seconds_to_ready(shop) for _ in range(STARTS))
        report.add(Figure(name="process start to ready, s", measured=seconds, at_most=1.5))
        memory = asyncio.run(_memory_after_load(shop))
        report.add(Figure(name="memory after load (PSS), MiB", measured=memory, at_most=150))


def _seconds_to_ready(shop: Shop) -> float:
    began = time.perf_counter()
    process = shop.start("api").wait_until_ready()
    seconds = time.perf_counter() - began
    process.end()
    return seconds


async def _memory_after_load(shop: Shop) -> float:
    api = await asyncio.to_thread(lambda: shop.start("api").wait_until_ready())
    request = await asyncio.to_thread(shop.order_requests, api.url)
    async with Load(api.url, request, connections=CONNECTIONS) as load:
        await load.as_fast_as_possible(LOAD_SECONDS)
    return mebibytes(api)
