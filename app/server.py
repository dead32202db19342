"""Serving until told to stop, and stopping without losing a request."""

from __future__ import annotations

import asyncio
import gc
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.api.health import Health
from app.connection import Connection
from app.settings import ServiceSettings

IN_FLIGHT_SECONDS_MAX = 20
KEEP_ALIVE_SECONDS = 75
GARBAGE_THRESHOLD = 20_000
"""New objects between two looks; the interpreter's 700 are less than two requests make."""


class DrainingServer(uvicorn.Server):
    """On SIGTERM: readiness goes false, requests are answered for `drain_seconds` more, then those in flight finish."""

    def __init__(self, config: uvicorn.Config, *, health: Health, drain_seconds: float) -> None:
        super().__init__(config)
        self._health = health
        self._drain_seconds = drain_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What the program consists of stays: the garbage collector need not look through it again and again."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the base's signature
        """The first signal drains, a second one stops at once."""
        if self._health.draining:
            self.should_exit = self.force_exit = True
            return
        self._health.draining = True
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(loop.call_later, self._drain_seconds, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def serve(api: FastAPI, health: Health, settings: ServiceSettings) -> None:
    """Blocks until the process was told to stop and has drained."""
    config = uvicorn.Config(
        api,
        http=Connection,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=IN_FLIGHT_SECONDS_MAX,
    )
    DrainingServer(config, health=health, drain_seconds=settings.drain_seconds).run()
