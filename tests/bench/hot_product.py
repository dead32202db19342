"""Everyone wants the same pair: 200 buyers of one product and size, the usual way and the service's, without HTTP."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable

import asyncpg
import uvloop

from app.adapters.postgres import PostgresOrderStore
from app.domain.order import OrderRequest, Placement, PlacementOutcome, new_order_id
from tests.bench.figures import Figure, Report
from tests.bench.shop import FULL_SHELVES, Shop, open_shop
from tests.harness.database import LocalDatabase

BUYERS = 200
ROUNDS = 3
SECONDS = 3
NAIVE_CONNECTIONS = (4, 16, 64)
STORE_CONNECTIONS = 6
TOO_FEW = 500
WISH = OrderRequest(product_id="jordan-1", size=9, quantity=1)
SET_STOCK = "UPDATE inventory SET available = $1 WHERE product_id = 'jordan-1' AND size = 9"
LEFT = "SELECT available FROM inventory WHERE product_id = 'jordan-1' AND size = 9"
LOCK = f"{LEFT} FOR UPDATE"
TAKE = "UPDATE inventory SET available = available - 1 WHERE product_id = 'jordan-1' AND size = 9"
INSERT = """
    INSERT INTO orders (id, customer_id, product_id, size, quantity, unit_price_cents, currency, status)
    VALUES ($1, 'naive', 'jordan-1', 9, 1, 18000, 'USD', 'confirmed')
"""
Buy = Callable[[], Awaitable[bool]]


def measure(report: Report) -> None:
    """Both on the same server, in turn, the naive one with the best of several pools."""
    with open_shop() as shop:
        pool = max(NAIVE_CONNECTIONS, key=lambda connections: uvloop.run(_naive(shop, connections)))
        rounds = [(uvloop.run(_naive(shop, pool)), uvloop.run(_ours(shop))) for _ in range(ROUNDS)]
        naive, ours = map(statistics.median, zip(*rounds, strict=True))
        report.add(Figure(name=f"SELECT … FOR UPDATE, UPDATE, INSERT, COMMIT on {pool}, orders/s", measured=naive))
        report.add(Figure(name="the service's store, with outbox and idempotency, orders/s", measured=ours))
        report.add(Figure(name="  ÷ naive", measured=ours / naive, at_least=8, aim=15))
        shop.rows("DELETE FROM orders")
        shop.rows(SET_STOCK, TOO_FEW)
        confirmed = uvloop.run(_ours_until_sold_out(shop))
        oversold = max(confirmed, shop.value("SELECT count(*) FROM orders")) - TOO_FEW
        buyers = 2 * TOO_FEW + BUYERS
        report.add(
            Figure(name=f"{TOO_FEW} pairs, {buyers} wishes: confirmed beyond stock", measured=oversold, at_most=0)
        )
        report.add(Figure(name="  pairs left", measured=shop.value(LEFT), at_most=0))


async def _naive(shop: Shop, connections: int) -> float:
    server = shop.database_server
    pool = await asyncpg.create_pool(
        host=server.host,
        port=server.port,
        user=server.username,
        password=server.password,
        database=shop.database,
        min_size=connections,
        max_size=connections,
    )

    async def buy() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(LOCK):
                return False
            await connection.execute(TAKE)
            await connection.execute(INSERT, new_order_id())
            return True

    try:
        return await _per_second(buy)
    finally:
        await pool.close()


async def _ours(shop: Shop) -> float:
    database, buy = await _store(shop)
    try:
        return await _per_second(buy)
    finally:
        await database.close()


async def _ours_until_sold_out(shop: Shop) -> int:
    database, buy = await _store(shop)
    try:
        return sum(await asyncio.gather(*(buy() for _ in range(2 * TOO_FEW + BUYERS))))
    finally:
        await database.close()


async def _store(shop: Shop) -> tuple[LocalDatabase, Buy]:
    database = LocalDatabase(shop.database_server, shop.database)
    await database.open_pool(connections_max=STORE_CONNECTIONS)
    store = PostgresOrderStore(database, committed=lambda: None)
    numbers = itertools.count()

    async def buy() -> bool:
        order_id = new_order_id()
        customer_id, key = f"user-{next(numbers) % BUYERS}", order_id
        placement = Placement(order_id=order_id, customer_id=customer_id, request=WISH, idempotency_key=key)
        return (await store.place(placement)).outcome is PlacementOutcome.CONFIRMED

    return database, buy


async def _per_second(buy: Buy) -> float:
    bought, ending = 0, time.perf_counter() + SECONDS
    began = time.perf_counter()

    async def keep_buying() -> None:
        nonlocal bought
        while time.perf_counter() < ending:
            if not await buy():
                raise RuntimeError(f"sold out of {FULL_SHELVES}")
            bought += 1

    await asyncio.gather(*(keep_buying() for _ in range(BUYERS)))
    return bought / (time.perf_counter() - began)
