import asyncio
from dataclasses import replace

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from app.adapters import guard, payment_gateway
from app.adapters.payment_gateway import HttpPaymentGateway
from app.adapters.stand_in_gateway import stand_in_gateway
from app.domain.deadline import deadline
from app.domain.errors import Unavailable
from app.domain.order import PaymentStatus
from app.domain.payment import Declined, Payment
from app.settings import PaymentSettings
from tests.app.events import TRACEPARENT
from tests.harness.measured import Measured


def payment(amount_cents: int = 18_000) -> Payment:
    return Payment(
        order_id="ord_1",
        amount_cents=amount_cents,
        currency="USD",
        status=PaymentStatus.PENDING,
        attempts=0,
        cancelled=False,
    )


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FIRST_PAUSE_SECONDS", 0)


class Faulty:
    """The stand-in behind faults: answers each of the first requests with a status, or not at all."""

    def __init__(self, *faults: int | None) -> None:
        self._faults = list(faults)
        self.requests: list[httpx.Request] = []
        self._inner = httpx.ASGITransport(app=stand_in_gateway())

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not self._faults:
            return await self._inner.handle_async_request(request)
        fault = self._faults.pop(0)
        if fault is None:
            raise httpx.ReadTimeout("silence", request=request)
        return httpx.Response(fault, request=request)


def gateway(faulty: Faulty) -> HttpPaymentGateway:
    return HttpPaymentGateway(PaymentSettings(), transport=httpx.MockTransport(faulty))


async def test_the_stand_in_takes_money_and_gives_it_back() -> None:
    subject = HttpPaymentGateway(PaymentSettings())
    await subject.authorise(payment())
    await subject.capture(payment())
    await subject.reverse(payment())
    await subject.close()


async def test_a_no_is_final_and_not_asked_for_again() -> None:
    faulty = Faulty()
    with pytest.raises(Declined):
        await gateway(faulty).authorise(payment(1_000_001))
    assert len(faulty.requests) == 1


@pytest.mark.parametrize("fault", [500, 503, None])
async def test_one_failure_is_tried_again_under_the_same_key(fault: int | None) -> None:
    faulty = Faulty(fault)
    await gateway(faulty).authorise(payment())
    assert [request.headers["idempotency-key"] for request in faulty.requests] == ["ord_1-authorise"] * 2


@pytest.mark.parametrize("fault", [500, 404, None])
async def test_a_gateway_that_goes_on_failing_is_unavailable_and_then_left_alone(
    fault: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: 1_000.0)
    faulty = Faulty(*[fault] * 100)
    subject = gateway(faulty)
    for _ in range(10):
        with pytest.raises(Unavailable):
            await subject.capture(payment())
    assert len(faulty.requests) == 5


async def test_an_answer_that_cannot_be_unpacked_is_none() -> None:
    packed = {"content-encoding": "gzip"}
    garbled = httpx.MockTransport(lambda _: httpx.Response(200, headers=packed, content=b"not packed"))
    with pytest.raises(Unavailable, match="gave no answer to capture"):
        await HttpPaymentGateway(PaymentSettings(), transport=garbled).capture(payment())


async def test_the_gateway_is_told_how_long_the_answer_is_waited_for() -> None:
    faulty = Faulty()
    with deadline(0.5):
        await gateway(faulty).authorise(payment())
    assert 0 < int(faulty.requests[0].headers["x-envoy-expected-rq-timeout-ms"]) <= 500


async def test_hanging_ends_with_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("app.adapters.payment_gateway.TIMEOUT_SECONDS", 0.02)
    subject = HttpPaymentGateway(PaymentSettings(), transport=httpx.ASGITransport(app=hang))
    with pytest.raises(Unavailable, match="gave no answer to authorise"):
        await subject.authorise(payment())


async def test_the_gateway_is_told_the_orders_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = Measured(monkeypatch)
    monkeypatch.setattr(payment_gateway, "tracer", measured.tracing.get_tracer("payments"))
    faulty = Faulty()
    await gateway(faulty).authorise(replace(payment(), traceparent=TRACEPARENT))
    (span,) = measured.spans()
    assert span.context is not None
    told = f"{TRACEPARENT[:36]}{span.context.span_id:016x}-01"
    assert (span.name, faulty.requests[0].headers["traceparent"]) == ("authorise payment", told)
