"""One attempt to deliver: signed as Standard Webhooks (standardwebhooks.com) has it, bounded in time and size."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus

import httpcore
from standardwebhooks import Webhook

from app.adapters.outside import GuardedBackend, Outside, RefusedAddressError
from app.domain.webhooks import Errand

ATTEMPT_TIMEOUT_SECONDS = 5.0
USER_AGENT = "fortress-webhooks/1"


class HttpWebhookCaller:
    """A connection of its own for each attempt, so that each is judged anew; what the receiver says is not read."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def call(self, errand: Errand) -> str | None:
        """See `WebhookCaller.call`."""
        try:
            async with asyncio.timeout(ATTEMPT_TIMEOUT_SECONDS):
                status = await self._status(errand)
        except RefusedAddressError as error:
            return str(error)
        except TimeoutError:
            return f"no answer within {ATTEMPT_TIMEOUT_SECONDS:g} s"
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            return "no connection"
        except (httpcore.UnsupportedProtocol, ValueError):
            return "the address cannot be called"
        return None if HTTPStatus(200) <= status < HTTPStatus(300) else f"answered with {status}"

    async def _status(self, errand: Errand) -> int:
        headers = list(signed_headers(errand, now=datetime.now(UTC)).items())
        async with (
            httpcore.AsyncConnectionPool(network_backend=GuardedBackend(self._outside), max_connections=1) as pool,
            pool.stream("POST", errand.url, headers=headers, content=errand.payload.encode()) as response,
        ):
            return response.status


def signed_headers(errand: Errand, *, now: datetime) -> dict[str, str]:
    """The event's id stays the same over all attempts; time and signature are the attempt's."""
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": errand.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(errand.secret).sign(errand.event_id, now, errand.payload),
    }
