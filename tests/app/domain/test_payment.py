import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from app.domain.errors import Unavailable
from app.domain.order import PaymentStatus
from app.domain.pace import Pace
from app.domain.payment import ATTEMPTS_MAX, Declined, Payment, PaymentSaga, Step

PENDING = Payment(
    order_id="ord_1", amount_cents=18_000, currency="USD", status=PaymentStatus.PENDING, attempts=0, cancelled=False
)
OPEN = frozenset({PaymentStatus.PENDING, PaymentStatus.AUTHORISED})


@dataclass
class Book:
    """One payment; what is settled is durable at once."""

    payment: Payment = PENDING
    order_cancelled: bool = False

    async def due(self, *, charging: bool) -> Sequence[Payment]:
        if self.payment.status in OPEN:
            wanted = charging or self.payment.cancelled or self.payment.attempts >= ATTEMPTS_MAX
        else:
            wanted = self.payment.cancelled and self.payment.status is PaymentStatus.CAPTURED
        return [self.payment] if wanted else []

    async def settle(self, payment: Payment, step: Step) -> None:
        self.payment = replace(payment, status=step.status, attempts=0)
        self.order_cancelled |= step.cancels_order

    async def postpone(self, payment: Payment) -> None:
        self.payment = replace(payment, attempts=payment.attempts + 1)


@dataclass
class Gateway:
    """Holds money by order; declines and stays silent as told."""

    declines: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    loses_answers: bool = False
    held: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    async def authorise(self, payment: Payment) -> None:
        self._answer("authorise", payment, "authorised")

    async def capture(self, payment: Payment) -> None:
        self._answer("capture", payment, "captured")

    async def reverse(self, payment: Payment) -> None:
        self.calls["reverse"] += 1
        if "reverse" in self.silent:
            raise Unavailable("no answer")
        self.held.pop(payment.order_id, None)

    def _answer(self, action: str, payment: Payment, outcome: str) -> None:
        self.calls[action] += 1
        if action in self.declines:
            raise Declined(action)
        if action not in self.silent or self.loses_answers:
            self.held[payment.order_id] = outcome
        if action in self.silent:
            raise Unavailable("no answer")


async def finish(book: Book, gateway: Gateway, *, charges: bool = True) -> None:
    saga = PaymentSaga(book, gateway, pace=Pace(), charges=lambda: charges)
    for _ in range(3 * ATTEMPTS_MAX):
        if not await saga.advance():
            return


async def test_money_is_reserved_then_taken_once() -> None:
    book, gateway = Book(), Gateway()
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled) == (PaymentStatus.CAPTURED, False)
    assert gateway.calls == {"authorise": 1, "capture": 1}


@pytest.mark.parametrize("action", ["authorise", "capture"])
async def test_a_no_cancels_the_order_and_leaves_no_money_reserved(action: str) -> None:
    book, gateway = Book(), Gateway(declines=frozenset({action}))
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled, gateway.held) == (PaymentStatus.FAILED, True, {})


@pytest.mark.parametrize("action", ["authorise", "capture"])
@pytest.mark.parametrize("loses_answers", [False, True])
async def test_a_gateway_that_stays_silent_is_asked_a_few_times_then_everything_is_undone(
    action: str, loses_answers: bool
) -> None:
    book, gateway = Book(), Gateway(silent=frozenset({action}), loses_answers=loses_answers)
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled, gateway.held) == (PaymentStatus.FAILED, True, {})
    assert gateway.calls[action] == ATTEMPTS_MAX


async def test_an_order_is_not_given_up_before_the_money_is_back() -> None:
    book, gateway = Book(), Gateway(silent=frozenset({"capture", "reverse"}))
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled) == (PaymentStatus.AUTHORISED, False)
    gateway.silent = frozenset({"capture"})
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled, gateway.held) == (PaymentStatus.FAILED, True, {})


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED])
async def test_the_money_of_a_cancelled_order_goes_back(status: PaymentStatus) -> None:
    gateway = Gateway(held={"ord_1": "captured"})
    book = Book(replace(PENDING, status=status, cancelled=True))
    await finish(book, gateway)
    assert (book.payment.status, book.order_cancelled, gateway.held) == (PaymentStatus.REVERSED, False, {})


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED])
async def test_while_charges_are_paused_the_money_of_a_cancelled_order_still_goes_back(status: PaymentStatus) -> None:
    gateway = Gateway(held={"ord_1": "captured"})
    book = Book(replace(PENDING, status=status, cancelled=True))
    await finish(book, gateway, charges=False)
    assert (book.payment.status, gateway.held, gateway.calls) == (PaymentStatus.REVERSED, {}, {"reverse": 1})


async def test_while_charges_are_paused_nothing_is_taken_and_later_it_goes_on() -> None:
    book, gateway = Book(), Gateway()
    await finish(book, gateway, charges=False)
    assert (book.payment, gateway.calls) == (PENDING, {})
    await finish(book, gateway)
    assert book.payment.status is PaymentStatus.CAPTURED


async def test_the_running_saga_gives_back_while_charges_are_paused() -> None:
    gateway = Gateway(held={"ord_1": "captured"})
    book = Book(replace(PENDING, status=PaymentStatus.CAPTURED, cancelled=True))
    running = asyncio.create_task(PaymentSaga(book, gateway, pace=Pace(), charges=lambda: False).run())
    async with asyncio.timeout(60):
        while gateway.held:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_step_that_is_repeated_after_a_crash_charges_once() -> None:
    book, gateway = Book(), Gateway()
    saga = PaymentSaga(book, gateway, pace=Pace())
    await saga.advance()
    book.payment = PENDING
    await finish(book, gateway)
    assert gateway.held == {"ord_1": "captured"}
    assert book.payment.status is PaymentStatus.CAPTURED
