"""The payment gateway over HTTP; where none is configured, the stand-in within this process."""

from __future__ import annotations

from http import HTTPStatus

import httpx
from opentelemetry import trace

from app.adapters.guard import Guard
from app.adapters.stand_in_gateway import stand_in_gateway
from app.adapters.telemetry import TRACEPARENT, context_of, traceparent_of
from app.domain.deadline import remaining_seconds
from app.domain.errors import Unavailable
from app.domain.payment import Declined, Payment
from app.settings import PaymentSettings

TIMEOUT_SECONDS = 2.0
CALLS_AT_ONCE_MAX = 50
ATTEMPTS_MAX = 2
FAILURES = (httpx.HTTPError, TimeoutError)
STAND_IN = "http://payments.stand-in"
EXPECTED_TIMEOUT = "x-envoy-expected-rq-timeout-ms"

tracer = trace.get_tracer(__name__)


class HttpPaymentGateway:
    """See `PaymentGateway`. The order's id names the payment, so a repeated call has no second effect."""

    def __init__(self, settings: PaymentSettings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        url = settings.payment_gateway_url
        self._client = httpx.AsyncClient(
            base_url=url or STAND_IN,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            transport=transport or (None if url else httpx.ASGITransport(app=stand_in_gateway())),
        )
        self._guard = Guard(
            "payment gateway", failures=FAILURES, concurrent_max=CALLS_AT_ONCE_MAX, timeout_seconds=TIMEOUT_SECONDS
        )

    async def authorise(self, payment: Payment) -> None:
        """See `PaymentGateway.authorise`."""
        await self._post(payment, "authorise")

    async def capture(self, payment: Payment) -> None:
        """See `PaymentGateway.capture`."""
        await self._post(payment, "capture")

    async def reverse(self, payment: Payment) -> None:
        """See `PaymentGateway.reverse`."""
        await self._post(payment, "reverse")

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()

    async def _post(self, payment: Payment, action: str) -> None:
        with tracer.start_as_current_span(
            f"{action} payment",
            context=context_of(payment.traceparent),
            kind=trace.SpanKind.CLIENT,
            attributes={"order_id": payment.order_id},
        ) as span:
            traced = {} if (traceparent := traceparent_of(span)) is None else {TRACEPARENT: traceparent}
            await self._ask(payment, action, traced)

    async def _ask(self, payment: Payment, action: str, traced: dict[str, str]) -> None:
        async def post() -> httpx.Response:
            left_milliseconds = int(remaining_seconds(TIMEOUT_SECONDS) * 1000)
            response = await self._client.post(
                f"/v1/payments/{payment.order_id}/{action}",
                json={"amount_cents": payment.amount_cents, "currency": payment.currency},
                headers={
                    **traced,
                    "idempotency-key": f"{payment.order_id}-{action}",
                    EXPECTED_TIMEOUT: str(left_milliseconds),
                },
            )
            if response.status_code != HTTPStatus.PAYMENT_REQUIRED:
                response.raise_for_status()
            return response

        try:
            response = await self._guard.call(post, attempts_max=ATTEMPTS_MAX)
        except FAILURES as error:
            raise Unavailable(f"the payment gateway gave no answer to {action}", retry_after_seconds=1) from error
        if response.status_code == HTTPStatus.PAYMENT_REQUIRED:
            raise Declined(action)
