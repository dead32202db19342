"""Valkey in front of what is read often. A dead cache costs freshness and load, never an answer.

The IAM way (tokens made and renewed by the client library) has not run against AWS; what the library sends is verified
in the tests, signature and all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from glide import (
    AdvancedGlideClientConfiguration,
    BackoffStrategy,
    Batch,
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
    TlsAdvancedConfiguration,
)
from opentelemetry import trace

from app.adapters.guard import Guard
from app.domain.errors import Unavailable
from app.settings import CacheAuthentication, CacheSettings

REQUEST_TIMEOUT_MILLISECONDS = 100
CALL_TIMEOUT_SECONDS = 0.25
CONNECT_TIMEOUT_MILLISECONDS = 500
RECONNECT_INTERVAL_SECONDS = 1
CALLS_AT_ONCE_MAX = 500
TOKEN_RENEWAL_SECONDS = 300
"""ElastiCache takes a token for 15 minutes; a connection that was let in ends after 12 hours."""
SPAN_ATTRIBUTES = {"db.system.name": "valkey"}
AWAY = (GlideError, TimeoutError)

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)


class Cache:
    """One multiplexed connection, made in the background and again whenever it is lost."""

    def __init__(self, settings: CacheSettings) -> None:
        self._settings = settings
        self._client: GlideClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._guard = Guard(
            "cache", failures=AWAY, concurrent_max=CALLS_AT_ONCE_MAX, timeout_seconds=CALL_TIMEOUT_SECONDS
        )

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
        return await self._ask("GET", lambda client: client.get(key))

    async def put(self, key: str, value: bytes, *, milliseconds: int) -> None:
        """Keeps `value` for that long, if the cache answers."""
        expiry = ExpirySet(ExpiryType.MILLSEC, milliseconds)
        await self._ask("SET", lambda client: client.set(key, value, expiry=expiry))

    async def forget(self, key: str) -> None:
        """Keeps nothing under `key` any longer, if the cache answers."""
        await self._ask("UNLINK", lambda client: client.unlink([key]))

    async def count(self, keys: Sequence[str], *, seconds: int) -> Sequence[int] | None:
        """Adds one to each key, in one round trip, and returns the sums; each key lives that long. None when away."""
        batch = Batch(is_atomic=False)
        for key in keys:
            batch.incr(key)
        for key in set(keys):
            batch.expire(key, seconds)
        counted = await self._ask("INCR", lambda client: client.exec(batch, raise_on_error=True))
        return None if counted is None else [int(sum_) for sum_ in counted[: len(keys)]]  # type: ignore[arg-type]

    async def _ask(self, command: str, call: Callable[[GlideClient], Awaitable[Answer]]) -> Answer | None:
        client = self._client
        if client is None:
            return None
        try:
            with tracer.start_as_current_span(command, kind=trace.SpanKind.CLIENT, attributes=SPAN_ATTRIBUTES):
                return await self._guard.call(lambda: call(client))
        except AWAY as error:
            log.warning("cache does not answer", extra={"command": command, "cause": type(error).__name__})
        except Unavailable:
            return None
        return None

    async def _connect(self) -> None:
        while self._client is None:
            try:
                self._client = await GlideClient.create(_configuration(self._settings))
            except GlideError as error:
                log.warning("cache not reached", extra={"cause": type(error).__name__})
                await asyncio.sleep(RECONNECT_INTERVAL_SECONDS)


def _configuration(settings: CacheSettings) -> GlideClientConfiguration:
    return GlideClientConfiguration(
        addresses=[NodeAddress(settings.cache_host, settings.cache_port)],
        use_tls=settings.cache_tls,
        credentials=_credentials(settings),
        request_timeout=REQUEST_TIMEOUT_MILLISECONDS,
        reconnect_strategy=BackoffStrategy(num_of_retries=5, factor=100, exponent_base=2, jitter_percent=20),
        advanced_config=AdvancedGlideClientConfiguration(
            connection_timeout=CONNECT_TIMEOUT_MILLISECONDS, tls_config=_tls(settings)
        ),
    )


def _credentials(settings: CacheSettings) -> ServerCredentials | None:
    if settings.cache_authentication is CacheAuthentication.NONE:
        return None
    return ServerCredentials(
        username=settings.cache_user,
        iam_config=IamAuthConfig(
            cluster_name=settings.cache_cluster_name,
            service=ServiceType.ELASTICACHE,
            region=settings.aws_region,
            refresh_interval_seconds=TOKEN_RENEWAL_SECONDS,
        ),
    )


def _tls(settings: CacheSettings) -> TlsAdvancedConfiguration | None:
    if settings.cache_ca_file is None:
        return None
    return TlsAdvancedConfiguration(root_pem_cacerts=settings.cache_ca_file.read_bytes())
