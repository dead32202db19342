"""The only place where the domain, the adapters and the API meet: one function for each kind of process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI

from app.adapters.database import Database
from app.adapters.guard import observe_circuits
from app.adapters.telemetry import Telemetry, configure_logging
from app.api.application import order_api, probe_api
from app.api.health import Health
from app.api.services import Services
from app.domain.api_keys import ApiKeys
from app.domain.flags import Flag
from app.domain.pace import Pace
from app.domain.service import OrderService
from app.domain.watch import OrderWatch
from app.server import serve
from app.settings import (
    CacheSettings,
    DatabaseSettings,
    IdentitySettings,
    ServiceSettings,
    StreamSettings,
    TelemetrySettings,
)

API_CONNECTIONS_MAX = 6
WORKER_CONNECTIONS_MAX = 2
ANALYTICS = "analytics"
TIDY_INTERVAL_SECONDS = 60
SCHEMA_IS_THERE = "SELECT to_regclass('api_keys') IS NOT NULL"

log = logging.getLogger(__name__)
Closing = Callable[[], Awaitable[object]]


def run_api() -> None:
    """Serves orders until told to stop."""
    from app.adapters.api_keys import PostgresApiKeys
    from app.adapters.cache import Cache
    from app.adapters.cached_products import CachedProducts
    from app.adapters.flags import FileFlags
    from app.adapters.identity import CognitoTokenVerifier
    from app.adapters.order_reads import PostgresOrderReads
    from app.adapters.outbox import Doorbell
    from app.adapters.postgres import PostgresOrderStore, PostgresProducts
    from app.adapters.rate_limit import ValkeyRateLimiter
    from app.adapters.reader import Reader

    service, telemetry = _service_and_telemetry("api")
    database = Database(DatabaseSettings(), application_name="orders-api")  # type: ignore[call-arg]
    replica = _replica(application_name="orders-api")
    reader = Reader(database, replica)
    flags = FileFlags(service.feature_flags_file)
    cache = Cache(CacheSettings())  # type: ignore[call-arg]
    tokens = CognitoTokenVerifier(IdentitySettings())  # type: ignore[call-arg]
    doorbell = Doorbell(database)
    health = Health(startup_checks={"database": _schema_is_there(database), "identity": tokens.keys.reachable})
    reads = PostgresOrderReads(reader)
    watch = OrderWatch(reads)
    services = Services(
        orders=OrderService(
            PostgresOrderStore(database, committed=doorbell.press, reader=reader),
            accepts_orders=lambda: flags.enabled(Flag.ACCEPT_ORDERS),
        ),
        reads=reads,
        watch=watch,
        products=CachedProducts(PostgresProducts(reader), cache),
        tokens=tokens,
        api_keys=ApiKeys(PostgresApiKeys(database)),
        rates=ValkeyRateLimiter(cache, requests_per_minute=service.requests_per_minute),
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pools = [database] if replica is None else [database, replica]
        for pool in pools:
            await pool.open_pool(connections_max=API_CONNECTIONS_MAX)
        cache.open()
        async with _running(doorbell.run), _running(watch.run), _running(flags.run):
            yield
        await cache.close()
        for pool in pools:
            await pool.close()
        await asyncio.to_thread(telemetry.shutdown)

    serve(order_api(services, health, service, registry=telemetry.registry, lifespan=lifespan), health, service)


def run_relay() -> None:
    """Publishes the outbox until told to stop."""
    from app.adapters.outbox import PostgresOutbox, tidy
    from app.adapters.stream import KafkaPublisher
    from app.domain.relay import Relay

    service, telemetry = _service_and_telemetry("relay")
    database = Database(DatabaseSettings(), application_name="orders-relay")  # type: ignore[call-arg]
    outbox = PostgresOutbox(database)
    relay = Relay(outbox, KafkaPublisher(StreamSettings()), pace=Pace())  # type: ignore[call-arg]

    async def tidy_up() -> None:
        while True:
            await asyncio.sleep(TIDY_INTERVAL_SECONDS)
            if outbox.leads:
                await tidy(database)

    _work(service, telemetry, database, relay.pace, [relay.run, tidy_up], closing=outbox.close)


def run_consumer() -> None:
    """Counts created orders until told to stop."""
    from app.adapters.analytics import PostgresAnalytics
    from app.adapters.stream import KafkaOrderCreatedFeed
    from app.domain.subscription import AnalyticsSubscription

    service, telemetry = _service_and_telemetry("consumer")
    database = Database(DatabaseSettings(), application_name="orders-consumer")  # type: ignore[call-arg]
    feed = KafkaOrderCreatedFeed(StreamSettings(), group=ANALYTICS)  # type: ignore[call-arg]
    subscription = AnalyticsSubscription(feed, PostgresAnalytics(database, consumer=ANALYTICS), pace=Pace())
    _work(service, telemetry, database, subscription.pace, [subscription.run], closing=feed.close)


def run_migrate() -> None:
    """Brings the schema up to date and stocks an empty shop."""
    from app.adapters.schema import migrate

    configure_logging(ServiceSettings().log_level)
    asyncio.run(migrate(Database(DatabaseSettings(), application_name="orders-migrate")))  # type: ignore[call-arg]


def _replica(*, application_name: str) -> Database | None:
    settings = DatabaseSettings().reader()  # type: ignore[call-arg]
    if settings is None:
        return None
    return Database(settings, application_name=application_name, guarded_as="order book's replica")


def _service_and_telemetry(role: str) -> tuple[ServiceSettings, Telemetry]:
    service = ServiceSettings()
    configure_logging(service.log_level)
    telemetry = Telemetry(service, TelemetrySettings(), role=role)
    observe_circuits()
    return service, telemetry


def _work(
    service: ServiceSettings,
    telemetry: Telemetry,
    database: Database,
    pace: Pace,
    jobs: list[Callable[[], Awaitable[None]]],
    *,
    closing: Closing,
) -> None:
    """Runs `jobs` beside the probes; a job that broke no longer moves the pace, and so the process is restarted."""
    health = Health(startup_checks={"database": _schema_is_there(database)}, alive=pace.moves)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open_pool(connections_max=WORKER_CONNECTIONS_MAX)
        async with contextlib.AsyncExitStack() as running:
            for job in jobs:
                await running.enter_async_context(_running(job))
            yield
        await closing()
        await database.close()
        await asyncio.to_thread(telemetry.shutdown)

    serve(probe_api(health, registry=telemetry.registry, lifespan=lifespan), health, service)


@contextlib.asynccontextmanager
async def _running(job: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(job())
    task.add_done_callback(_tell_of_end)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _tell_of_end(job: asyncio.Future[None]) -> None:
    if not job.cancelled() and (error := job.exception()) is not None:
        log.error("job ended", exc_info=error)


def _schema_is_there(database: Database) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        async with database.connection() as connection:
            return bool(await connection.fetchval(SCHEMA_IS_THERE))

    return check
