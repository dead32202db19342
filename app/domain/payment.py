"""The money of an order: a saga beside it that charges once, or compensates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.errors import Unavailable
from app.domain.order import PaymentStatus
from app.domain.pace import Pace

ATTEMPTS_MAX = 8

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """How far the payment of an order got. `attempts` count since the last step; `cancelled`: the order was ended.

    `traceparent` is the W3C context of the event that opened it.
    """

    order_id: str
    amount_cents: int
    currency: str
    status: PaymentStatus
    attempts: int
    cancelled: bool
    traceparent: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What became of a payment: its new status, and whether the order goes with it (stock released, event written)."""

    status: PaymentStatus
    cancels_order: bool = False


class Declined(Exception):  # noqa: N818 - reads as the answer that it is
    """The gateway's final no."""


class PaymentGateway(Protocol):
    """Where the money is. Every method may be repeated without a second effect, and raises `Unavailable`.

    A payment is known to the gateway by its order's id.
    """

    async def authorise(self, payment: Payment) -> None:
        """Reserves the amount. Raises `Declined`."""
        ...

    async def capture(self, payment: Payment) -> None:
        """Takes what was reserved. Raises `Declined`."""
        ...

    async def reverse(self, payment: Payment) -> None:
        """Gives back whatever was reserved or taken, nothing if there was nothing."""
        ...


class PaymentBook(Protocol):
    """Keeps payments. Every method raises `Unavailable`."""

    async def due(self, *, charging: bool) -> Sequence[Payment]:
        """Some that wait for their next step, lent to this caller alone for a while.

        Without `charging` only those whose next step gives money back: of cancelled orders, or tried too often.
        """
        ...

    async def settle(self, payment: Payment, step: Step) -> None:
        """The payment and its order as the step leaves them, in one transaction."""
        ...

    async def postpone(self, payment: Payment) -> None:
        """Tried once more in vain; due again later, the longer the more often."""
        ...


class PaymentSaga:
    """Authorises, captures, and undoes both: for a cancelled order, a declined payment, a gateway that stays silent.

    While `charges` says no, nothing is authorised or captured; what is to be undone is undone all the same.
    Each step is durable before the next one, and each may be repeated: a crash in between repeats a step, and the
    gateway makes nothing of it.
    """

    def __init__(
        self, book: PaymentBook, gateway: PaymentGateway, *, pace: Pace, charges: Callable[[], bool] = lambda: True
    ) -> None:
        self._book = book
        self._gateway = gateway
        self._charges = charges
        self.pace = pace

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if not await self.advance():
                    await self.pace.rested()
            except Unavailable as error:
                log.warning("payments not advanced", extra={"cause": error.message})
                await self.pace.failed()

    async def advance(self) -> int:
        """One step for each payment that is due; returns how many there were."""
        payments = await self._book.due(charging=self._charges())
        await asyncio.gather(*map(self._advance, payments))
        self.pace.succeeded()
        return len(payments)

    async def _advance(self, payment: Payment) -> None:
        try:
            step = await self._next_step(payment)
        except Unavailable as error:
            log.warning("payment postponed", extra={"order_id": payment.order_id, "cause": error.message})
            await self._book.postpone(payment)
            return
        await self._book.settle(payment, step)

    async def _next_step(self, payment: Payment) -> Step:
        if payment.cancelled:
            await self._gateway.reverse(payment)
            return Step(status=PaymentStatus.REVERSED)
        if payment.attempts >= ATTEMPTS_MAX:
            return await self._give_up(payment)
        try:
            if payment.status is PaymentStatus.PENDING:
                await self._gateway.authorise(payment)
                return Step(status=PaymentStatus.AUTHORISED)
            await self._gateway.capture(payment)
        except Declined:
            return await self._give_up(payment)
        return Step(status=PaymentStatus.CAPTURED)

    async def _give_up(self, payment: Payment) -> Step:
        """Whatever the gateway holds goes back before the order does: an answer that was lost may have been a yes."""
        await self._gateway.reverse(payment)
        return Step(status=PaymentStatus.FAILED, cancels_order=True)
