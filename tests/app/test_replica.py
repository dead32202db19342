"""A replica that lags: what a customer was told is so when they look, whatever the replica knows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry

from app.adapters.cache import Cache
from app.adapters.cached_products import CachedProducts
from app.adapters.database import Database
from app.adapters.identity import CognitoTokenVerifier
from app.adapters.order_list import PostgresOrderList
from app.adapters.order_reads import PostgresOrderReads
from app.adapters.postgres import PostgresOrderStore, PostgresProducts
from app.adapters.reader import Reader
from app.api.application import order_api
from app.api.health import Health
from app.api.services import Services
from app.domain.api_keys import ApiKeys
from app.domain.service import OrderService
from app.domain.watch import OrderWatch
from app.domain.webhooks import Webhooks
from app.settings import CacheSettings, ServiceSettings
from tests.app.api.conftest import IDENTITY, no_lifespan
from tests.app.conftest import ShopDatabase
from tests.harness.database import TestServer
from tests.harness.issuer import Issuer
from tests.harness.memory import MemoryRates
from tests.harness.memory_api_keys import MemoryApiKeys
from tests.harness.memory_webhooks import MemoryAddresses, MemoryWebhooks

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


@pytest.fixture
async def lagging(postgresql: TestServer) -> AsyncIterator[Database]:
    """A replica that hears of nothing; its products say whose they are."""
    name = await postgresql.copy_template()
    await postgresql.run("UPDATE products SET name = 'as the replica has it'", database=name)
    database = postgresql.database(name)
    await database.open_pool(connections_max=2)
    yield database
    await database.close()
    await postgresql.drop(name)


@pytest.fixture
async def client(shop_database: ShopDatabase, lagging: Database) -> AsyncIterator[httpx.AsyncClient]:
    issuer, reader = Issuer(), Reader(shop_database.adapter, lagging)
    services = Services(
        orders=OrderService(PostgresOrderStore(shop_database.adapter, committed=lambda: None)),
        order_list=PostgresOrderList(reader),
        watch=OrderWatch(PostgresOrderReads(reader)),
        products=CachedProducts(PostgresProducts(reader), Cache(CacheSettings(cache_host="127.0.0.1"))),
        tokens=CognitoTokenVerifier(IDENTITY, fetch=issuer.fetch),
        api_keys=ApiKeys(MemoryApiKeys()),
        webhooks=Webhooks(MemoryWebhooks(), MemoryAddresses()),
        rates=MemoryRates(),
    )
    api = order_api(
        services,
        Health(startup_checks={}),
        ServiceSettings(stream_seconds=0.2),
        registry=CollectorRegistry(),
        lifespan=no_lifespan,
    )
    signed_in = {"authorization": f"Bearer {issuer.token('sarah_123')}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://shop", headers=signed_in
    ) as client:
        yield client


async def test_who_placed_or_cancelled_an_order_sees_it_so_though_the_replica_has_not_heard(
    client: httpx.AsyncClient,
) -> None:
    products = (await client.get("/api/v2/products")).json()["products"]
    assert {product["name"] for product in products} == {"as the replica has it"}
    order = (await client.post(ORDERS, json=PAIR)).headers["location"]
    read = await client.get(order)
    assert (read.status_code, read.json()["status"]) == (200, "confirmed")
    assert (await client.post(f"{order}/cancel")).json()["status"] == "cancelled"
    again = await client.get(order, headers={"if-none-match": read.headers["etag"]})
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    stream = await client.get(f"{order}/events", headers={"last-event-id": "1"})
    assert '"status":"cancelled"' in stream.text
