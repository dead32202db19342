"""TLS in front of a part that has none: passes everything on, and keeps what clients said."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.certificates import signed

CHUNK_BYTES = 65_536


class Eavesdropper:
    """`heard` has one entry for each connection that was agreed on, in the order in which they were made;
    `certificate` is where the authority's own lies, which clients have to know.

    It has a thread of its own: clients may block theirs while they connect.
    """

    def __init__(self, host: str, port: int, certificate: Path) -> None:
        self._host = host
        self._behind = port
        self._clients: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self.certificate = certificate
        self.heard: list[bytearray] = []
        self.port = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """For the time of the block."""
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._stop(server), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def cut(self) -> None:
        """Ends every connection, without a word."""
        self._loop.call_soon_threadsafe(self._cut)

    async def _listen(self) -> asyncio.Server:
        key, certificate, authority = signed()
        self.certificate.write_bytes(authority)
        own = self.certificate.with_suffix(".pem")
        own.write_bytes(key + certificate)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(own)
        server = await asyncio.start_server(self._serve, self._host, 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()
        self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def _cut(self) -> None:
        for client in self._clients:
            client.transport.abort()
        self._clients.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = bytearray()
        self.heard.append(said)
        self._clients.append(writer)
        behind, before = await asyncio.open_connection(self._host, self._behind)
        try:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await asyncio.gather(_pass_on(reader, before, said), _pass_on(behind, writer, bytearray()))
        finally:
            before.transport.abort()
            writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytearray) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        said += chunk
        writer.write(chunk)
        await writer.drain()
    writer.close()
