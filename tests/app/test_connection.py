"""Over real connections to a server that answers everything with 204."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import connection
from app.connection import HEAD_BYTES_MAX, Connection

WHOLE = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=204)(scope, receive, send)


@asynccontextmanager
async def serving(*, silence_seconds: int) -> AsyncIterator[int]:
    config = uvicorn.Config(
        answer, http=Connection, port=0, log_config=None, lifespan="off", timeout_keep_alive=silence_seconds
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(silence_seconds=600) as port:
        yield port


async def said(port: int, *chunks: bytes) -> bytes:
    """What comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    await writer.wait_closed()
    return answer


async def talk_on(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"a" * 1_000)
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_head_without_end_is_refused_before_it_ends(port: int) -> None:
    for begin in (b"GET / HTTP/1.1\r\nx: ", b"GET /", b"GET / HTTP/1.1\r\n"):
        told = await said(port, begin, b"a" * 3 * HEAD_BYTES_MAX)
        assert told.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
        assert b"content-type: application/problem+json" in told
        assert b'"code":"headers_too_large"' in told


async def test_a_head_that_trickles_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS_MAX", 0.05)
    told = await said(port, b"GET / HTTP/1.1\r\nhost")
    assert told.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b'"code":"headers_too_slow"' in told


async def test_what_is_no_request_has_its_problem(port: int) -> None:
    told = await said(port, b"BREW / HTTP/1.1\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b'"code":"malformed_request"' in told


async def test_a_head_in_pieces_is_answered_and_so_is_the_next_one(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        for piece in (WHOLE[:7], WHOLE[7:20], WHOLE[20:]):
            writer.write(piece)
            await writer.drain()
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).startswith(b"HTTP/1.1 204")
    writer.close()
    await writer.wait_closed()


async def test_who_says_nothing_is_not_waited_for() -> None:
    async with serving(silence_seconds=0) as port:
        assert await said(port) == b""


async def test_what_still_comes_after_the_answer_is_dropped_and_then_the_client(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LEAVE_SECONDS_MAX", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"BREW / HTTP/1.1\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 60)).startswith(b"HTTP/1.1 400")
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(talk_on(writer), 60)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
