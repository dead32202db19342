"""One attempt to deliver: signed as Standard Webhooks (standardwebhooks.com) has it, bounded in time and size."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from http import HTTPStatus

import httpcore
from standardwebhooks import Webhook

from app.adapters.guard import Guard
from app.adapters.outside import GuardedBackend, Outside, RefusedAddressError
from app.domain.errors import Unavailable
from app.domain.webhook_delivery import AT_ONE_RECEIVER_MAX
from app.domain.webhooks import Errand

ATTEMPT_TIMEOUT_SECONDS = 5.0
FAILURES_MAX = 5
LEFT_ALONE_SECONDS = 30
RECEIVERS_REMEMBERED_MAX = 1_000
USER_AGENT = "fortress-webhooks/1"


class _NotTakenError(Exception):
    """The receiver did not take it; the message says why."""


class HttpWebhookCaller:
    """A connection of its own for each attempt, so that each is judged anew; what the receiver says is not read.

    Each webhook has a circuit and a bulkhead of its own; of those that were called last, so many are remembered.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._guard_of = functools.lru_cache(maxsize=RECEIVERS_REMEMBERED_MAX)(_guard)

    async def call(self, errand: Errand) -> str | None:
        """See `WebhookCaller.call`. A receiver that failed again and again is left alone for a while."""
        try:
            await self._guard_of(errand.webhook_id).call(lambda: self._send(errand))
        except _NotTakenError as error:
            return str(error)
        except TimeoutError:
            return f"no answer within {ATTEMPT_TIMEOUT_SECONDS:g} s"
        except Unavailable as error:
            return error.message
        return None

    async def _send(self, errand: Errand) -> None:
        try:
            status = await self._status(errand)
        except RefusedAddressError as error:
            raise _NotTakenError(str(error)) from error
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise _NotTakenError("no connection") from error
        except (httpcore.UnsupportedProtocol, ValueError) as error:
            raise _NotTakenError("the address cannot be called") from error
        if not HTTPStatus(200) <= status < HTTPStatus(300):
            raise _NotTakenError(f"answered with {status}")

    async def _status(self, errand: Errand) -> int:
        headers = list(signed_headers(errand, now=datetime.now(UTC)).items())
        async with (
            httpcore.AsyncConnectionPool(network_backend=GuardedBackend(self._outside), max_connections=1) as pool,
            pool.stream("POST", errand.url, headers=headers, content=errand.payload.encode()) as response,
        ):
            return response.status


def _guard(_webhook_id: str) -> Guard:
    return Guard(
        "webhook's receiver",
        failures=(_NotTakenError, TimeoutError),
        concurrent_max=AT_ONE_RECEIVER_MAX,
        timeout_seconds=ATTEMPT_TIMEOUT_SECONDS,
        failures_max=FAILURES_MAX,
        open_seconds=LEFT_ALONE_SECONDS,
        published=False,
    )


def signed_headers(errand: Errand, *, now: datetime) -> dict[str, str]:
    """The event's id stays the same over all attempts; time and signature are the attempt's."""
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": errand.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(errand.secret).sign(errand.event_id, now, errand.payload),
    }
