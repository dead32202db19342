"""What the platform asks a process: has it started, is it alive, may it get requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from app.api.probes import METRICS_PATH

CHECK_TIMEOUT_SECONDS = 2
Check = Callable[[], Awaitable[bool]]

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@dataclass(kw_only=True)
class Health:
    """The state of one process.

    `startup_checks` must each have been true once. From then on the process is ready until it drains: a database that
    dies later is answered by each request itself, since taking every replica out would help no customer.
    `alive` must stay true, or the process is restarted.
    """

    startup_checks: Mapping[str, Check]
    alive: Callable[[], bool] = lambda: True
    draining: bool = False
    passed: set[str] = field(default_factory=set)

    async def started(self) -> bool:
        """Whether every check has passed; asks those that have not."""
        waiting = [name for name in self.startup_checks if name not in self.passed]
        for name, passed in zip(waiting, await asyncio.gather(*map(self._ask, waiting)), strict=True):
            if passed:
                self.passed.add(name)
        return len(self.passed) == len(self.startup_checks)

    async def ready(self) -> bool:
        """Started, and not draining."""
        return not self.draining and await self.started()

    async def _ask(self, name: str) -> bool:
        try:
            return await asyncio.wait_for(self.startup_checks[name](), CHECK_TIMEOUT_SECONDS)
        except Exception as error:
            log.warning("not started yet", extra={"check": name, "cause": type(error).__name__})
            return False


@router.get("/health/startup")
async def startup(request: Request) -> Response:
    """200 once everything needed was reached."""
    return await _answer(request, request.app.state.health.started())


@router.get("/health/ready")
async def ready(request: Request) -> Response:
    """200 while requests are welcome."""
    return await _answer(request, request.app.state.health.ready())


@router.get("/health/live")
async def live(request: Request) -> Response:
    """200 unless only a restart helps."""
    alive = request.app.state.health.alive()
    return JSONResponse({"status": "pass" if alive else "fail"}, status_code=200 if alive else 503)


@router.get(METRICS_PATH)
async def prometheus(request: Request) -> Response:
    """Metrics in Prometheus' format, or in OpenMetrics with exemplars for who accepts that."""
    registry: CollectorRegistry = request.app.state.registry
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), media_type=content_type)


async def _answer(request: Request, verdict: Awaitable[bool]) -> Response:
    health: Health = request.app.state.health
    passed = await verdict
    missing = [name for name in health.startup_checks if name not in health.passed]
    body = {"status": "pass" if passed else "fail", "waiting_for": missing, "draining": health.draining}
    return JSONResponse(body, status_code=200 if passed else 503)
