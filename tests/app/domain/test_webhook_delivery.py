from datetime import timedelta

from app.domain.pace import Pace
from app.domain.webhook_delivery import AT_ONCE_MAX, Courier
from app.domain.webhooks import ATTEMPTS_MAX, LONGEST_PAUSE, Errand, next_attempt_after
from tests.harness.memory import NOON
from tests.harness.memory_webhooks import MemoryErrands


def errand(number: int = 1, *, attempt: int = 1) -> Errand:
    return Errand(
        delivery_id=f"dlv_{number}",
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


def courier(errands: MemoryErrands, fault: str | None) -> Courier:
    return Courier(errands, Caller(fault), pace=Pace(), now=lambda: NOON)


async def test_what_the_receiver_took_is_done() -> None:
    errands = MemoryErrands(due=[errand()])
    assert await courier(errands, None).deliver_due() == 1
    assert (errands.done, errands.failures) == (["dlv_1"], [])


async def test_what_it_did_not_take_is_due_again_later_with_the_reason() -> None:
    errands = MemoryErrands(due=[errand()])
    await courier(errands, "answered with 500").deliver_due()
    ((fault, next_attempt_at),) = errands.failures
    assert fault == "answered with 500"
    assert next_attempt_at is not None
    assert NOON <= next_attempt_at <= NOON + timedelta(seconds=5)


async def test_after_the_last_attempt_it_is_given_up() -> None:
    errands = MemoryErrands(due=[errand(attempt=ATTEMPTS_MAX)])
    await courier(errands, "no connection").deliver_due()
    assert errands.failures == [("no connection", None)]


async def test_a_round_takes_so_many_and_no_more() -> None:
    errands = MemoryErrands(due=[errand(number) for number in range(AT_ONCE_MAX + 5)])
    assert await courier(errands, None).deliver_due() == AT_ONCE_MAX
    assert len(errands.due) == 5


def test_pauses_grow_to_hours_and_are_spread() -> None:
    pauses = {attempt: [next_attempt_after(attempt, now=NOON) for _ in range(200)] for attempt in range(1, 10)}
    longest = [max(moment - NOON for moment in moments if moment) for moments in pauses.values()]
    assert longest == sorted(longest)
    assert longest[-1] <= LONGEST_PAUSE
    assert len(set(pauses[1])) > 100
