"""The service's processes on real parts, started for one measurement."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from app.settings import CacheSettings, StreamSecurityProtocol, StreamSettings
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.harness.database import TestServer
from tests.harness.issuer import Issuer
from tests.harness.outside import embedded_aws, published_keys
from tests.harness.processes import ServiceProcess
from tests.harness.surroundings import make_topics, service_environment

FIRST_PORT = 30_400
"""Below those that the system gives to clients."""
TOPIC = "order-events"
ORDERS = "/api/v2/orders"
FULL_SHELVES = 1_000_000_000
USERS = 64
UNBOUNDED = {"REQUESTS_PER_MINUTE": "1000000000"}
"""The rate limit is on and counts; nobody reaches it."""
SAMPLED = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}


@dataclass(kw_only=True)
class Shop:
    """A migrated, stocked database, a cache, a broker, an identity provider; `start` runs the service on them."""

    folder: Path
    database_server: TestServer
    database: str
    issuer: Issuer
    environment: Mapping[str, str]
    postgresql: Part
    valkey: Part
    kafka: Part
    started: list[ServiceProcess] = field(default_factory=list)

    def start(self, role: str, **changes: str) -> ServiceProcess:
        """A process of that role, without waiting for it."""
        self.started.append(ServiceProcess(role, {**self.environment, **changes}, self.folder))
        return self.started[-1]

    def rows(self, statement: str, *arguments: Any) -> list[Any]:
        """What the database answers."""
        return asyncio.run(self.database_server.run(statement, *arguments, database=self.database))

    def value(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row."""
        return self.rows(statement, *arguments)[0][0]

    def offers(self) -> list[tuple[str, int]]:
        """Every product and size."""
        return [tuple(row) for row in self.rows("SELECT product_id, size FROM inventory ORDER BY 1, 2")]

    def order_requests(self, url: str) -> Callable[[], bytes]:
        """Makes the bytes of one order after another: another product, user and idempotency key each time."""
        host = url.removeprefix("http://")
        bodies = itertools.cycle(
            json.dumps({"product_id": product_id, "size": size, "quantity": 1}) for product_id, size in self.offers()
        )
        tokens = itertools.cycle([self.issuer.token(f"user-{number}", exp=4_000_000_000) for number in range(USERS)])
        numbers = itertools.count()

        def request() -> bytes:
            body = next(bodies)
            return (
                f"POST {ORDERS} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {next(tokens)}\r\n"
                f"content-type: application/json\r\nidempotency-key: order-{next(numbers)}\r\n"
                f"content-length: {len(body)}\r\n\r\n{body}"
            ).encode()

        return request


@contextlib.contextmanager
def open_shop() -> Iterator[Shop]:
    """Everything that it started ends with it."""
    issuer = Issuer()
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_aws() as aws_url,
        published_keys(issuer) as jwks_url,
        contextlib.ExitStack() as ending,
    ):
        parts = Parts(Path(folder) / "state", notify=lambda _: None)
        ending.callback(parts.stop_all)
        made = {kind: parts.create(kind, kind, preferred_port=FIRST_PORT) for kind in ("postgresql", "valkey", "kafka")}
        collector = parts.create("collector", "collector", preferred_port=FIRST_PORT)
        server = TestServer.of(made["postgresql"])
        server.make_template()
        database = asyncio.run(server.copy_template())
        environment = service_environment(
            server,
            database,
            cache=CacheSettings(
                cache_host=made["valkey"].record.host, cache_port=made["valkey"].record.port, cache_tls=False
            ),
            stream=_stream(made["kafka"]),
            aws_url=aws_url,
            jwks_url=jwks_url,
        )
        collecting = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.record.host}:{collector.record.port}"}
        shop = Shop(
            folder=Path(folder),
            database_server=server,
            database=database,
            issuer=issuer,
            environment={**environment, **UNBOUNDED, **SAMPLED, **collecting},
            postgresql=made["postgresql"],
            valkey=made["valkey"],
            kafka=made["kafka"],
        )
        ending.callback(lambda: [process.end() for process in shop.started])
        shop.rows("UPDATE inventory SET available = $1", FULL_SHELVES)
        yield shop


def mebibytes(process: ServiceProcess) -> float:
    """Proportional set size: what processes share is counted once."""
    return psutil.Process(process.process.pid).memory_full_info().pss / 2**20


def _stream(kafka: Part) -> StreamSettings:
    servers = f"{kafka.record.host}:{kafka.record.port}"
    make_topics(servers, TOPIC)
    return StreamSettings(
        stream_bootstrap_servers=servers,
        stream_security_protocol=StreamSecurityProtocol.PLAINTEXT,
        stream_topic_order_events=TOPIC,
    )
