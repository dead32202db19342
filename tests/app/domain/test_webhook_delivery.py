import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.errors import Unavailable
from app.domain.pace import Pace
from app.domain.webhook_delivery import AT_ONCE_MAX, AT_ONE_RECEIVER_MAX, Courier
from app.domain.webhooks import ATTEMPTS_MAX, LONGEST_PAUSE, Errand, next_attempt_after
from tests.harness.memory import NOON
from tests.harness.memory_webhooks import MemoryErrands


def errand(number: int = 1, *, webhook: str | None = None, attempt: int = 1) -> Errand:
    return Errand(
        delivery_id=f"dlv_{number}",
        webhook_id=webhook or f"whk_{number}",
        event_id="e",
        payload="{}",
        url="https://warehouse.example",
        secret="whsec_AAAA",
        attempt=attempt,
    )


class Caller:
    def __init__(self, fault: str | None) -> None:
        self.fault = fault

    async def call(self, errand: Errand) -> str | None:
        assert errand.secret
        return self.fault


class HangingCaller:
    """One webhook's receiver takes calls and never answers."""

    def __init__(self, hanging: str) -> None:
        self.hanging = hanging
        self.called: list[str] = []

    async def call(self, errand: Errand) -> str | None:
        self.called.append(errand.webhook_id)
        if errand.webhook_id == self.hanging:
            await asyncio.Event().wait()
        return None


def courier(errands: MemoryErrands, fault: str | None) -> Courier:
    return Courier(errands, Caller(fault), pace=Pace(), now=lambda: NOON)


async def deliver_due(subject: Courier) -> int:
    """How many attempts were made, all of which have ended."""
    async with asyncio.TaskGroup() as attempts:
        return await subject.begin_due(attempts)


async def run_until(subject: Courier, reached: Callable[[], bool]) -> None:
    running = asyncio.create_task(subject.run())
    async with asyncio.timeout(60):
        while not reached():
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_the_receiver_took_is_done() -> None:
    errands = MemoryErrands(due=[errand()])
    assert await deliver_due(courier(errands, None)) == 1
    assert (errands.done, errands.failures) == (["dlv_1"], [])


async def test_what_it_did_not_take_is_due_again_later_with_the_reason() -> None:
    errands = MemoryErrands(due=[errand()])
    await deliver_due(courier(errands, "answered with 500"))
    ((fault, next_attempt_at),) = errands.failures
    assert fault == "answered with 500"
    assert next_attempt_at is not None
    assert NOON <= next_attempt_at <= NOON + timedelta(seconds=5)


async def test_after_the_last_attempt_it_is_given_up() -> None:
    errands = MemoryErrands(due=[errand(attempt=ATTEMPTS_MAX)])
    await deliver_due(courier(errands, "no connection"))
    assert errands.failures == [("no connection", None)]


async def test_a_round_takes_so_many_and_no_more() -> None:
    errands = MemoryErrands(due=[errand(number) for number in range(AT_ONCE_MAX + 5)])
    assert await deliver_due(courier(errands, None)) == AT_ONCE_MAX
    assert len(errands.due) == 5


async def test_a_receiver_that_hangs_has_a_few_attempts_and_holds_up_nobody() -> None:
    hung = [errand(number, webhook="whk_hung") for number in range(3 * AT_ONCE_MAX)]
    errands = MemoryErrands(due=[*hung, *(errand(1_000 + number, webhook="whk_quick") for number in range(20))])
    caller = HangingCaller("whk_hung")
    subject = Courier(errands, caller, pace=Pace())
    await run_until(subject, lambda: len(errands.done) == 20)
    assert caller.called.count("whk_hung") == AT_ONE_RECEIVER_MAX
    assert len(errands.due) == len(hung) - AT_ONE_RECEIVER_MAX


async def test_when_every_place_is_taken_nothing_more_is_begun() -> None:
    errands = MemoryErrands(due=[errand(number) for number in range(AT_ONCE_MAX + 5)])
    leave = asyncio.Event()

    class Waiting:
        async def call(self, errand: Errand) -> None:
            assert errand.secret
            await leave.wait()

    subject = Courier(errands, Waiting(), pace=Pace())
    async with asyncio.TaskGroup() as attempts:
        assert await subject.begin_due(attempts) == AT_ONCE_MAX
        assert await subject.begin_due(attempts) == 0
        leave.set()


async def test_a_delivery_that_breaks_its_attempt_is_due_again_and_ends_no_other() -> None:
    class Breaking(Caller):
        async def call(self, errand: Errand) -> str | None:
            if errand.delivery_id == "dlv_1":
                raise RuntimeError("nobody foresaw this")
            return await super().call(errand)

    errands = MemoryErrands(due=[errand(1), errand(2)])
    subject = Courier(errands, Breaking(None), pace=Pace())
    await run_until(subject, lambda: len(errands.done) + len(errands.failures) == 2)
    assert errands.done == ["dlv_2"]
    assert [fault for fault, _ in errands.failures] == ["it could not be sent"]


async def test_an_attempt_whose_end_cannot_be_noted_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    class Forgetful(MemoryErrands):
        async def delivered(self, errand: Errand) -> None:
            if errand.delivery_id == "dlv_1":
                raise Unavailable("the order book does not answer right now")
            await super().delivered(errand)

    errands = Forgetful(due=[errand(1), errand(2)])
    await run_until(courier(errands, None), lambda: errands.done == ["dlv_2"])
    assert "attempt not noted" in caplog.messages


def test_pauses_grow_to_hours_and_are_spread() -> None:
    pauses = {attempt: [next_attempt_after(attempt, now=NOON) for _ in range(200)] for attempt in range(1, 10)}
    longest = [max(moment - NOON for moment in moments if moment) for moments in pauses.values()]
    assert longest == sorted(longest)
    assert longest[-1] <= LONGEST_PAUSE
    assert len(set(pauses[1])) > 100
