"""The only place where the domain, the adapters and the API meet: one function for each kind of process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict

from fastapi import FastAPI

from app.adapters.database import Database
from app.adapters.depths import observe_pools
from app.adapters.guard import observe_circuits
from app.adapters.outside import Outside
from app.adapters.presence import Presence, Running
from app.adapters.telemetry import Telemetry, configure_logging
from app.adapters.tidying import keep_tidy, tidy
from app.api.application import order_api, probe_api
from app.api.health import Health
from app.api.services import Services
from app.domain.api_keys import ApiKeys
from app.domain.flags import Flag
from app.domain.pace import Pace
from app.domain.service import OrderService
from app.domain.watch import OrderWatch
from app.domain.webhooks import Webhooks
from app.server import serve
from app.settings import (
    CacheSettings,
    ConsumerSettings,
    ContractionSettings,
    DatabaseSettings,
    IdentitySettings,
    PaymentSettings,
    ServiceSettings,
    StreamSettings,
    TelemetrySettings,
    WebhookSettings,
)

API_CONNECTIONS_MAX = 6
RELAY_CONNECTIONS_MAX = 2
CONSUMER_CONNECTIONS_MAX = 8
WEBHOOKS_CONNECTIONS_MAX = 4
SCHEMA_IS_THERE = "SELECT to_regclass('presence') IS NOT NULL"

log = logging.getLogger(__name__)
Closing = Callable[[], Awaitable[object]]


def run_api() -> None:
    """Serves orders until told to stop."""
    from app.adapters.api_keys import PostgresApiKeys
    from app.adapters.cache import Cache
    from app.adapters.cached_products import CachedProducts
    from app.adapters.depths import observe_queue
    from app.adapters.flags import FileFlags
    from app.adapters.identity import CognitoTokenVerifier
    from app.adapters.order_list import PostgresOrderList
    from app.adapters.order_reads import PostgresOrderReads
    from app.adapters.outbox import Doorbell
    from app.adapters.postgres import PostgresOrderStore, PostgresProducts
    from app.adapters.rate_limit import ValkeyRateLimiter
    from app.adapters.reader import Reader
    from app.adapters.webhooks import PostgresWebhooks

    service, telemetry = _service_and_telemetry("api")
    database = Database(DatabaseSettings(), application_name="orders-api")  # type: ignore[call-arg]
    replica = _replica(application_name="orders-api")
    pools = [database] if replica is None else [database, replica]
    observe_pools(pools)
    reader = Reader(database, replica)
    flags = FileFlags(service.feature_flags_file)
    cache = Cache(CacheSettings())  # type: ignore[call-arg]
    tokens = CognitoTokenVerifier(IdentitySettings())  # type: ignore[call-arg]
    doorbell = Doorbell(database)
    health = Health(startup_checks={"database": _schema_is_there(database), "identity": tokens.keys.reachable})
    watch = OrderWatch(PostgresOrderReads(reader))
    store = PostgresOrderStore(database, committed=doorbell.press)
    observe_queue(lambda: store.waiting, name="orders_waiting", description="Placements that no transaction has taken.")
    services = Services(
        orders=OrderService(
            store,
            accepts_orders=lambda: flags.enabled(Flag.ACCEPT_ORDERS),
        ),
        order_list=PostgresOrderList(reader),
        watch=watch,
        products=CachedProducts(PostgresProducts(reader), cache),
        tokens=tokens,
        api_keys=ApiKeys(PostgresApiKeys(database)),
        webhooks=Webhooks(PostgresWebhooks(database), _outside()),
        rates=ValkeyRateLimiter(cache, requests_per_minute=service.requests_per_minute),
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for pool in pools:
            await pool.open_pool(connections_max=API_CONNECTIONS_MAX)
        cache.open()
        async with (
            _present(database, service, "api"),
            _running(doorbell.run),
            _running(watch.run),
            _running(flags.run),
        ):
            yield
        await cache.close()
        for pool in pools:
            await pool.close()
        await asyncio.to_thread(telemetry.shutdown)

    serve(order_api(services, health, service, registry=telemetry.registry, lifespan=lifespan), health, service)


def run_relay() -> None:
    """Publishes the outbox until told to stop."""
    from app.adapters.depths import OutboxDepth
    from app.adapters.outbox import IDEMPOTENCY_KEYS, PUBLISHED, PostgresOutbox
    from app.adapters.presence import GONE
    from app.adapters.stream import KafkaPublisher
    from app.domain.relay import Relay

    service, telemetry = _service_and_telemetry("relay")
    database = Database(DatabaseSettings(), application_name="orders-relay")  # type: ignore[call-arg]
    outbox = PostgresOutbox(database)
    depth = OutboxDepth(database, wanted=lambda: outbox.leads)
    relay = Relay(outbox, KafkaPublisher(StreamSettings()), pace=Pace())  # type: ignore[call-arg]

    async def tidy_up() -> bool:
        return outbox.leads and await tidy(database, PUBLISHED, IDEMPOTENCY_KEYS, GONE)

    _work(
        service,
        telemetry,
        database,
        "relay",
        [relay.pace],
        [relay.run, lambda: keep_tidy(tidy_up), depth.run],
        connections_max=RELAY_CONNECTIONS_MAX,
        closing=outbox.close,
    )


def run_consumer() -> None:
    """Serves the subscribers of order events, and advances payments where it serves those."""
    from app.adapters.cache import Cache
    from app.adapters.depths import EVENTS_WAITING, observe_queue
    from app.adapters.feed import KafkaFeed
    from app.adapters.flags import FileFlags
    from app.adapters.inbox import TAKEN
    from app.adapters.payment_gateway import HttpPaymentGateway
    from app.adapters.payments import PaymentOpening, PostgresPaymentBook
    from app.adapters.retry_topics import RetryTopics
    from app.domain.consumption import Consumption
    from app.domain.payment import PaymentSaga
    from app.subscribers import by_group, subscribers_of

    service, telemetry = _service_and_telemetry("consumer")
    consumer, stream = ConsumerSettings(), StreamSettings()  # type: ignore[call-arg]
    database = Database(DatabaseSettings(), application_name="orders-consumer")  # type: ignore[call-arg]
    cache, flags = Cache(CacheSettings()), FileFlags(service.feature_flags_file)  # type: ignore[call-arg]
    subscribers = subscribers_of(consumer, database, cache)
    groups = by_group(subscribers, group=consumer.consumer_group)
    feeds = {
        group: KafkaFeed(
            stream,
            group=group,
            interests=frozenset().union(*(each.interests for each in members)),
            keeps_unreadable=group == consumer.consumer_group,
        )
        for group, members in groups.items()
    }
    observe_queue(
        lambda: max(feed.behind for feed in feeds.values()),
        name=EVENTS_WAITING,
        description="Events that this member has not read yet, in the group that is furthest behind.",
    )
    second_chances = RetryTopics(stream)
    consumptions = [
        Consumption(feeds[group], members, second_chances, pace=Pace()) for group, members in groups.items()
    ]
    gateway = HttpPaymentGateway(PaymentSettings())
    saga = PaymentSaga(
        PostgresPaymentBook(database), gateway, pace=Pace(), charges=lambda: flags.enabled(Flag.CHARGE_PAYMENTS)
    )
    charges = any(isinstance(subscriber, PaymentOpening) for subscriber in subscribers)

    async def close() -> None:
        for feed in feeds.values():
            await feed.close()
        await gateway.close()
        await cache.close()

    _work(
        service,
        telemetry,
        database,
        "consumer",
        [*(consumption.pace for consumption in consumptions), *([saga.pace] if charges else [])],
        [
            *(consumption.run for consumption in consumptions),
            flags.run,
            lambda: keep_tidy(lambda: tidy(database, TAKEN)),
            *([saga.run] if charges else []),
        ],
        connections_max=CONSUMER_CONNECTIONS_MAX,
        opening=cache.open,
        closing=close,
    )


def run_dead_letters() -> None:
    """Lists what failed too often, one JSON object a line."""
    from app.adapters.dead_letters import DeadLetters

    for letter in DeadLetters(StreamSettings()).all():  # type: ignore[call-arg]
        print(json.dumps(asdict(letter)))


def run_replay_dead_letters() -> None:
    """Gives what failed too often another chance, with the one who failed."""
    from app.adapters.dead_letters import DeadLetters

    print(f"{DeadLetters(StreamSettings()).replay()} replayed")  # type: ignore[call-arg]


def run_rebuild_order_list() -> None:
    """Makes the list of orders anew from the orders, beside the traffic."""
    from app.adapters.order_list import rebuild

    configure_logging(ServiceSettings().log_level)

    async def rebuild_now() -> int:
        database = Database(DatabaseSettings(), application_name="orders-rebuild")  # type: ignore[call-arg]
        await database.open_pool(connections_max=1)
        try:
            return await rebuild(database)
        finally:
            await database.close()

    print(f"rebuilt in {asyncio.run(rebuild_now())} batches")


def run_webhooks() -> None:
    """Tells webhooks of orders until told to stop."""
    from app.adapters.webhook_caller import HttpWebhookCaller
    from app.adapters.webhook_feed import KafkaAnnouncementFeed
    from app.adapters.webhooks import ENDED, PostgresWebhooks
    from app.domain.webhook_delivery import Announcer, Courier

    service, telemetry = _service_and_telemetry("webhooks")
    database = Database(DatabaseSettings(), application_name="orders-webhooks")  # type: ignore[call-arg]
    deliveries, feed = PostgresWebhooks(database), KafkaAnnouncementFeed(StreamSettings())  # type: ignore[call-arg]
    announcer = Announcer(feed, deliveries, pace=Pace())
    courier = Courier(deliveries, HttpWebhookCaller(_outside()), pace=Pace())

    _work(
        service,
        telemetry,
        database,
        "webhooks",
        [announcer.pace, courier.pace],
        [announcer.run, courier.run, lambda: keep_tidy(lambda: tidy(database, ENDED))],
        connections_max=WEBHOOKS_CONNECTIONS_MAX,
        closing=feed.close,
    )


def run_roles() -> None:
    """Makes the database's roles, as the master user."""
    from app.adapters.roles import prepare_roles

    configure_logging(ServiceSettings().log_level)
    asyncio.run(prepare_roles(Database(DatabaseSettings(), application_name="orders-roles")))  # type: ignore[call-arg]


def run_migrate() -> None:
    """Brings the schema up to date and stocks an empty shop."""
    from app.adapters.schema import SchemaRefused, migrate

    configure_logging(ServiceSettings().log_level)
    settings = DatabaseSettings()  # type: ignore[call-arg]
    try:
        asyncio.run(migrate(Database(settings, application_name="orders-migrate", migrates=True)))
    except SchemaRefused as error:
        sys.exit(f"refused: {error}")


def run_contract() -> None:
    """Takes away what only older versions need, or gives it back."""
    from app.adapters.contraction import contract
    from app.adapters.schema import SchemaRefused

    service, contraction = ServiceSettings(), ContractionSettings()  # type: ignore[call-arg]
    configure_logging(service.log_level)
    settings = DatabaseSettings()  # type: ignore[call-arg]
    database = Database(settings, application_name="orders-contract", migrates=True)
    going = contract(
        database,
        revision=contraction.contract_to,
        version=service.service_version,
        patience=contraction.contract_patience,
    )
    try:
        asyncio.run(going)
    except SchemaRefused as error:
        sys.exit(f"refused: {error}")
    print(f"contracted to {contraction.contract_to}")


def _outside() -> Outside:
    return Outside(allowed=WebhookSettings().webhook_allowed_networks)


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
    process: str,
    paces: Sequence[Pace],
    jobs: Sequence[Callable[[], Awaitable[None]]],
    *,
    connections_max: int,
    closing: Closing,
    opening: Callable[[], None] = lambda: None,
) -> None:
    """Runs `jobs` beside the probes; a job that broke no longer moves its pace, and so the process is restarted."""
    observe_pools([database])
    health = Health(
        startup_checks={"database": _schema_is_there(database)}, alive=lambda: all(pace.moves() for pace in paces)
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open_pool(connections_max=connections_max)
        opening()
        async with contextlib.AsyncExitStack() as running:
            await running.enter_async_context(_present(database, service, process))
            for job in jobs:
                await running.enter_async_context(_running(job))
            yield
        await closing()
        await database.close()
        await asyncio.to_thread(telemetry.shutdown)

    serve(probe_api(health, registry=telemetry.registry, lifespan=lifespan), health, service)


@contextlib.asynccontextmanager
async def _present(database: Database, service: ServiceSettings, process: str) -> AsyncIterator[None]:
    presence = Presence(database, Running(pod=service.pod_name, process=process, version=service.service_version))
    async with _running(presence.run):
        yield
    await presence.leave()


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
