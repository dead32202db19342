"""Sessions with a cache that lets in by IAM tokens over TLS: what the client library sends, signature and all.

A real Valkey answers; whether a token is good it cannot tell, so every token that was sent is verified here.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters import cache
from app.adapters.cache import Cache
from app.settings import CacheAuthentication, CacheSettings
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.harness.eavesdropper import Eavesdropper
from tests.harness.tokens import CREDENTIALS, Token, verified

pytestmark = pytest.mark.parts

CLUSTER = "orders-cache"
USER = "orders"
SENT_TOKEN = re.compile(rb"\r\n\$\d+\r\n" + USER.encode() + rb"\r\n\$\d+\r\n(\S+X-Amz-Signature=\S+)\r\n")


@pytest.fixture(scope="module")
def guarded(parts: Parts, first_port: int) -> Part:
    """A Valkey with the user, of whom it believes every password."""
    part = parts.create("valkey", "guarded", preferred_port=first_port + 200)

    async def make_user() -> None:
        reader, writer = await asyncio.open_connection(part.record.host, part.record.port)
        writer.write(f"ACL SETUSER {USER} on nopass ~* &* +@all\r\nACL SETUSER default off\r\n".encode())
        assert await reader.readexactly(10) == b"+OK\r\n+OK\r\n"
        writer.close()
        await writer.wait_closed()

    asyncio.run(make_user())
    return part


@pytest.fixture
def wire(guarded: Part, tmp_path: Path) -> Iterator[Eavesdropper]:
    wire = Eavesdropper(guarded.record.host, guarded.record.port, tmp_path / "cache.crt")
    with wire.listening():
        yield wire


@pytest.fixture
def renewed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "TOKEN_RENEWAL_SECONDS", 2)


@pytest.fixture
async def store(wire: Eavesdropper, guarded: Part, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cache]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    store = Cache(settings_for(wire, guarded))
    store.open()
    yield store
    await store.close()


def settings_for(wire: Eavesdropper, guarded: Part) -> CacheSettings:
    return CacheSettings(
        cache_host=guarded.record.host,
        cache_port=wire.port,
        cache_tls=True,
        cache_ca_file=wire.certificate,
        cache_authentication=CacheAuthentication.IAM,
        cache_user=USER,
        cache_cluster_name=CLUSTER,
        aws_region="eu-west-1",
    )


async def until(reached: Callable[[], object], store: Cache) -> None:
    """Asks the cache now and then, as the service does."""
    async with asyncio.timeout(60):
        while not reached():
            await store.put("key", b"value", milliseconds=60_000)
            await asyncio.sleep(0.05)


def tokens(wire: Eavesdropper, connection: int) -> list[Token]:
    """The tokens that were sent on a connection, each verified."""
    return [verified(f"https://{found.decode()}") for found in SENT_TOKEN.findall(wire.heard[connection])]


def connections_with_tokens(wire: Eavesdropper) -> list[int]:
    return [number for number in range(len(wire.heard)) if SENT_TOKEN.search(wire.heard[number])]


async def test_the_iam_token_is_what_elasticache_documents_and_a_second_signer_signs(
    wire: Eavesdropper, store: Cache
) -> None:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html"""
    await until(lambda: connections_with_tokens(wire), store)
    token = tokens(wire, connections_with_tokens(wire)[0])[0]
    assert (token.host, token.path) == (CLUSTER, "/")
    assert token.asked == {"Action": "connect", "User": USER}
    assert (token.scope, token.signed_headers) == ("eu-west-1/elasticache/aws4_request", "host")
    assert token.lifetime_seconds == 900
    assert abs(datetime.now(UTC) - token.signed_at) < timedelta(minutes=1)


@pytest.mark.usefixtures("renewed_soon")
async def test_a_connection_that_ends_is_made_again_with_a_fresh_token(wire: Eavesdropper, store: Cache) -> None:
    """ElastiCache ends each after 12 hours, long after its first token has."""
    await until(lambda: connections_with_tokens(wire), store)
    first = tokens(wire, 0)[0].signed_at
    async with asyncio.timeout(60):
        while (datetime.now(UTC) - first).total_seconds() < 5:
            await asyncio.sleep(0.1)
    assert len(tokens(wire, 0)) == 1, "the client presents its tokens by itself now: docs/decisions/0005 says otherwise"
    wire.cut()
    await until(lambda: len(connections_with_tokens(wire)) > 1, store)
    assert tokens(wire, connections_with_tokens(wire)[-1])[0].signed_at > first
    async with asyncio.timeout(60):
        while await store.get("key") != b"value":
            await store.put("key", b"value", milliseconds=60_000)


async def test_a_session_that_the_server_ends_costs_no_caller_an_error_and_is_made_again(
    wire: Eavesdropper, guarded: Part, store: Cache
) -> None:
    await until(lambda: connections_with_tokens(wire), store)
    before = len(connections_with_tokens(wire))
    reader, writer = await asyncio.open_connection(guarded.record.host, guarded.record.port)
    writer.write(f"AUTH {USER} any\r\nCLIENT KILL USER {USER} SKIPME yes\r\n".encode())
    assert await reader.readline() == b"+OK\r\n"
    assert int((await reader.readline()).removeprefix(b":")) >= 1
    writer.close()
    await writer.wait_closed()
    answers = await asyncio.gather(*(store.count(["calls"], seconds=60) for _ in range(50)))
    assert all(answer is None or len(answer) == 1 for answer in answers)
    await until(lambda: len(connections_with_tokens(wire)) > before, store)
    async with asyncio.timeout(60):
        while await store.get("key") != b"value":
            await store.put("key", b"value", milliseconds=60_000)


async def test_a_cache_whose_certificate_nobody_signed_is_not_spoken_to(
    wire: Eavesdropper, guarded: Part, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    stranger = Cache(settings_for(wire, guarded).model_copy(update={"cache_ca_file": None}))
    with caplog.at_level(logging.WARNING, logger="app.adapters.cache"):
        stranger.open()
        async with asyncio.timeout(60):
            while not caplog.messages:
                await asyncio.sleep(0.05)
    await stranger.close()
    assert set(caplog.messages) == {"cache not reached"}
    assert not any(wire.heard)
