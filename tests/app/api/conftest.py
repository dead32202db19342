"""The API over memory: no network, no process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from app.adapters.identity import CognitoTokenVerifier
from app.api.application import order_api
from app.api.health import Health
from app.api.services import Services
from app.domain.api_keys import ApiKeys
from app.domain.service import OrderService
from app.domain.watch import OrderWatch
from app.domain.webhooks import Webhooks
from app.settings import IdentitySettings, ServiceSettings
from tests.harness.issuer import CLIENT_ID, ISSUER, JWKS_URL, Issuer
from tests.harness.memory import MemoryOrders, MemoryProducts, MemoryRates
from tests.harness.memory_api_keys import MemoryApiKeys
from tests.harness.memory_webhooks import MemoryAddresses, MemoryWebhooks

IDENTITY = IdentitySettings(identity_issuer=ISSUER, identity_jwks_url=JWKS_URL, identity_client_id=CLIENT_ID)


@contextlib.asynccontextmanager
async def no_lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Nothing to open, nothing to close."""
    yield


@dataclass(kw_only=True)
class Shop:
    """The application with what it stands on, and a client that is signed in as sarah_123."""

    api: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    orders: MemoryOrders
    products: MemoryProducts
    health: Health
    rates: MemoryRates
    api_keys: MemoryApiKeys

    def bearer(self, username: str = "sarah_123", **claims: object) -> dict[str, str]:
        """The header of a signed-in user."""
        return {"authorization": f"Bearer {self.issuer.token(username, **claims)}"}  # type: ignore[arg-type]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop with two pairs of jordan-1 in size 9."""
    issuer, orders, products, rates, keys = Issuer(), MemoryOrders(), MemoryProducts(), MemoryRates(), MemoryApiKeys()
    health = Health(startup_checks={})
    watch = OrderWatch(orders, interval_seconds=0.01)
    services = Services(
        orders=OrderService(orders),
        order_list=orders,
        watch=watch,
        products=products,
        tokens=CognitoTokenVerifier(IDENTITY, fetch=issuer.fetch),
        api_keys=ApiKeys(keys),
        webhooks=Webhooks(MemoryWebhooks(), MemoryAddresses()),
        rates=rates,
    )
    settings = ServiceSettings(stream_seconds=0.2)
    api = order_api(services, health, settings, registry=CollectorRegistry(), lifespan=no_lifespan)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        shop = Shop(
            api=api,
            client=client,
            issuer=issuer,
            orders=orders,
            products=products,
            health=health,
            rates=rates,
            api_keys=keys,
        )
        client.headers.update(shop.bearer())
        looking = asyncio.create_task(watch.run())
        yield shop
        looking.cancel()
