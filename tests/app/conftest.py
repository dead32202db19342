"""Real parts for the tests that are marked so: started once, each test with a database and a topic of its own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.adapters import cache
from app.adapters.database import Database
from app.settings import CacheSettings, StreamSecurityProtocol, StreamSettings
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.harness.database import TestServer
from tests.harness.issuer import Issuer
from tests.harness.outside import embedded_aws, published_keys
from tests.harness.processes import CHECKOUT, ServiceProcess
from tests.harness.surroundings import make_topics, service_environment

Start = Callable[..., ServiceProcess]


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The parts of this test run; all end with it."""
    parts = Parts(tmp_path_factory.mktemp("parts"), notify=lambda _: None)
    yield parts
    parts.stop_all()


@pytest.fixture(scope="session")
def first_port(worker_id: str) -> int:
    """Where this process looks for free ports."""
    return 31_000 + 300 * (0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1)


@pytest.fixture(scope="session")
def postgresql(parts: Parts, first_port: int) -> TestServer:
    """A server with a migrated template."""
    return migrated_server(parts, "shop", first_port)


def migrated_server(parts: Parts, name: str, first_port: int) -> TestServer:
    """A new server whose databases are there at once."""
    server = TestServer.of(parts.create("postgresql", name, preferred_port=first_port))
    server.leave_syncing_to_the_machine()
    server.make_template()
    return server


@pytest.fixture(scope="session")
def valkey(parts: Parts, first_port: int) -> Part:
    """A running cache."""
    return parts.create("valkey", "cache", preferred_port=first_port)


@pytest.fixture(scope="session")
def kafka(parts: Parts, first_port: int) -> Part:
    """A running broker."""
    return parts.create("kafka", "stream", preferred_port=first_port)


@dataclass(frozen=True, kw_only=True)
class ShopDatabase:
    """A fresh, stocked database: the service's adapter, and a way to look behind it."""

    server: TestServer
    name: str
    adapter: Database

    async def run(self, statement: str, *arguments: Any) -> list[Any]:
        """The rows of one statement."""
        return await self.server.run(statement, *arguments, database=self.name)

    async def value(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row."""
        return (await self.run(statement, *arguments))[0][0]

    async def stock(self, available: int, *, size: int = 9) -> None:
        """Leaves that many pairs of jordan-1."""
        await self.run(
            "UPDATE inventory SET available = $1 WHERE product_id = 'jordan-1' AND size = $2", available, size
        )

    async def left(self, *, size: int = 9) -> int:
        """How many pairs of jordan-1 are left."""
        return await self.value("SELECT available FROM inventory WHERE product_id = 'jordan-1' AND size = $1", size)


@pytest.fixture
async def shop_database(postgresql: TestServer) -> AsyncIterator[ShopDatabase]:
    """Open for the time of one test."""
    name = await postgresql.copy_template()
    adapter = postgresql.database(name)
    await adapter.open_pool(connections_max=6)
    yield ShopDatabase(server=postgresql, name=name, adapter=adapter)
    await adapter.close()
    await postgresql.drop(name)


@pytest.fixture
def stream_settings(kafka: Part) -> StreamSettings:
    """A fresh topic, with those behind it."""
    servers = f"{kafka.record.host}:{kafka.record.port}"
    topic = f"order-events-{secrets.token_hex(4)}"
    make_topics(servers, topic)
    return StreamSettings(
        stream_bootstrap_servers=servers,
        stream_security_protocol=StreamSecurityProtocol.PLAINTEXT,
        stream_topic_order_events=topic,
    )


@pytest.fixture
def cache_settings(valkey: Part, monkeypatch: pytest.MonkeyPatch) -> CacheSettings:
    """The running cache; a test waits longer for it than a customer would."""
    monkeypatch.setattr(cache, "REQUEST_TIMEOUT_MILLISECONDS", 30_000)
    monkeypatch.setattr(cache, "CALL_TIMEOUT_SECONDS", 30)
    return CacheSettings(cache_host=valkey.record.host, cache_port=valkey.record.port, cache_tls=False)


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The address of the embedded AWS."""
    with embedded_aws() as url:
        yield url


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """Signs the tokens that the started service believes."""
    return Issuer()


@pytest.fixture(scope="session")
def jwks_url(issuer: Issuer) -> Iterator[str]:
    """Where the issuer's keys are published."""
    with published_keys(issuer) as url:
        yield url


@pytest.fixture
def environment(
    shop_database: ShopDatabase, cache_settings: CacheSettings, stream_settings: StreamSettings, aws: str, jwks_url: str
) -> dict[str, str]:
    """What the platform tells the service's processes."""
    return service_environment(
        shop_database.server,
        shop_database.name,
        cache=cache_settings,
        stream=stream_settings,
        aws_url=aws,
        jwks_url=jwks_url,
    )


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts a role, of another checkout if one is given, with changes to its environment; ends all that it started."""
    started: list[ServiceProcess] = []

    def start_role(role: str, checkout: Path = CHECKOUT, **changes: str) -> ServiceProcess:
        started.append(ServiceProcess(role, {**environment, **changes}, tmp_path, checkout=checkout))
        return started[-1]

    yield start_role
    for process in started:
        process.end()
