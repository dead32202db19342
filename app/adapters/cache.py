"""Valkey in front of what is read often. A dead cache costs freshness and load, never an answer.

The IAM way (tokens made and renewed by the client library) has not run against AWS.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from glide import (
    AdvancedGlideClientConfiguration,
    BackoffStrategy,
    ExpirySet,
    ExpiryType,
    GlideClient,
    GlideClientConfiguration,
    GlideError,
    IamAuthConfig,
    Logger,
    LogLevel,
    NodeAddress,
    ServerCredentials,
    ServiceType,
)
from opentelemetry import trace

from app.domain.errors import Unavailable
from app.domain.ports import ProductCatalogue
from app.domain.product import Product
from app.settings import CacheAuthentication, CacheSettings

REQUEST_TIMEOUT_MILLISECONDS = 100
CONNECT_TIMEOUT_MILLISECONDS = 500
RECONNECT_INTERVAL_SECONDS = 1
PRODUCTS_KEY = "products:1"
FRESH_MILLISECONDS = 3_000
FRESH_JITTER_MILLISECONDS = 2_000

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)


class Cache:
    """One multiplexed connection, made in the background and again whenever it is lost."""

    def __init__(self, settings: CacheSettings) -> None:
        self._settings = settings
        self._client: GlideClient | None = None
        self._connecting: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Starts connecting; until it is there, nothing is found and nothing is kept."""
        Logger.init(LogLevel.OFF)
        self._connecting = asyncio.create_task(self._connect())

    async def close(self) -> None:
        """Ends the connection."""
        if self._connecting is not None:
            self._connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._connecting
        if self._client is not None:
            await self._client.close()

    async def get(self, key: str) -> bytes | None:
        """What is kept under `key`; None as well when the cache does not answer."""
        if self._client is None:
            return None
        try:
            with tracer.start_as_current_span("GET", kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
                return await self._client.get(key)
        except GlideError as error:
            log.warning("cache not read", extra={"cause": type(error).__name__})
            return None

    async def put(self, key: str, value: bytes, *, milliseconds: int) -> None:
        """Keeps `value` for that long, if the cache answers."""
        if self._client is None:
            return
        try:
            await self._client.set(key, value, expiry=ExpirySet(ExpiryType.MILLSEC, milliseconds))
        except GlideError as error:
            log.warning("cache not written", extra={"cause": type(error).__name__})

    async def _connect(self) -> None:
        while self._client is None:
            try:
                self._client = await GlideClient.create(_configuration(self._settings))
            except GlideError as error:
                log.warning("cache not reached", extra={"cause": type(error).__name__})
                await asyncio.sleep(RECONNECT_INTERVAL_SECONDS)


SPAN_ATTRIBUTES = {"db.system.name": "valkey"}


class CachedProducts:
    """Cache-aside over another catalogue: one reader at a time asks the source, and if that fails, what was last known
    is told again."""

    def __init__(self, source: ProductCatalogue, cache: Cache) -> None:
        self._source = source
        self._cache = cache
        self._last_known: Sequence[Product] | None = None
        self._reading: asyncio.Task[Sequence[Product]] | None = None

    async def products(self) -> Sequence[Product]:
        """See `ProductCatalogue.products`."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> Sequence[Product]:
        kept = await self._cache.get(PRODUCTS_KEY)
        if kept is not None:
            return [_product(entry) for entry in json.loads(kept)]
        try:
            products = await self._source.products()
        except Unavailable:
            if self._last_known is None:
                raise
            return self._last_known
        self._last_known = products
        document = json.dumps([asdict(product) for product in products]).encode()
        await self._cache.put(PRODUCTS_KEY, document, milliseconds=_jittered_milliseconds())
        return products


def _jittered_milliseconds() -> int:
    return FRESH_MILLISECONDS + random.randrange(FRESH_JITTER_MILLISECONDS)  # noqa: S311 - spreads load, keeps no secret


def _product(entry: dict[str, Any]) -> Product:
    return Product(**{**entry, "available": {int(size): left for size, left in entry["available"].items()}})


def _configuration(settings: CacheSettings) -> GlideClientConfiguration:
    return GlideClientConfiguration(
        addresses=[NodeAddress(settings.cache_host, settings.cache_port)],
        use_tls=settings.cache_tls,
        credentials=_credentials(settings),
        request_timeout=REQUEST_TIMEOUT_MILLISECONDS,
        reconnect_strategy=BackoffStrategy(num_of_retries=5, factor=100, exponent_base=2, jitter_percent=20),
        advanced_config=AdvancedGlideClientConfiguration(connection_timeout=CONNECT_TIMEOUT_MILLISECONDS),
    )


def _credentials(settings: CacheSettings) -> ServerCredentials | None:
    if settings.cache_authentication is CacheAuthentication.NONE:
        return None
    return ServerCredentials(
        username=settings.cache_user,
        iam_config=IamAuthConfig(
            cluster_name=settings.cache_cluster_name, service=ServiceType.ELASTICACHE, region=settings.aws_region
        ),
    )
