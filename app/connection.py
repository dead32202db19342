"""What a client may do to its connection before there is a request: nothing without end.

The server underneath bounds neither the length of a request's head nor the time that it takes to come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.api.problems import problem_response

HEAD_BYTES_MAX = 65_536
HEAD_SECONDS_MAX = 10.0
LEAVE_SECONDS_MAX = 5.0


class Connection(HttpToolsProtocol):
    """Ends with a problem where a request's head is too long, comes too slowly, or is no HTTP; silence just ends it."""

    _head_bytes = 0
    _head_ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Whoever says nothing at first waits no longer than who says nothing more."""
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing waits for it any longer."""
        self._forget_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Usually a whole head at once."""
        super().data_received(data)
        if self.scope is not None and "method" not in self.scope:
            self._watch_head(len(data))
        elif self._head_ends is not None:
            self._forget_head()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP has its problem too."""
        self._end(HTTPStatus.BAD_REQUEST, code="malformed_request", detail=msg)

    def _watch_head(self, length: int) -> None:
        if self.transport.is_closing():
            return
        self._head_bytes += length
        if self._head_ends is None:
            self._head_ends = self.loop.call_later(HEAD_SECONDS_MAX, self._on_slow_head)
        if self._head_bytes > HEAD_BYTES_MAX:
            self._end(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                code="headers_too_large",
                detail=f"at most {HEAD_BYTES_MAX} bytes are read before a request's body",
            )

    def _on_slow_head(self) -> None:
        self._end(
            HTTPStatus.REQUEST_TIMEOUT,
            code="headers_too_slow",
            detail=f"the headers did not arrive within {HEAD_SECONDS_MAX:g} s",
        )

    def _forget_head(self) -> None:
        self._head_bytes = 0
        if self._head_ends is not None:
            self._head_ends.cancel()
            self._head_ends = None

    def _end(self, status: HTTPStatus, *, code: str, detail: str) -> None:
        """Says why, unless an earlier request is being answered on it."""
        self._forget_head()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            response = problem_response(status, code=code, detail=detail, headers={"connection": "close"})
            headers = [*self.server_state.default_headers, *response.raw_headers]
            lines = [b"%s: %s\r\n" % header for header in headers]
            self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", bytes(response.body)]))
            self.transport.write_eof()
            self.transport.set_protocol(_Leaving(super().connection_lost))
            self.loop.call_later(LEAVE_SECONDS_MAX, self.transport.close)
        else:
            self.transport.close()


class _Leaving(asyncio.Protocol):
    """Drops what is still on its way: a connection that is closed over it would take the answer along."""

    def __init__(self, lost: Callable[[Exception | None], None]) -> None:
        self._lost = lost

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went, or had its time."""
        self._lost(exc)
