import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.adapters import guard as guard_module
from app.adapters.guard import Guard
from app.domain.deadline import deadline
from app.domain.errors import Unavailable


def guard(**changes: Any) -> Guard:
    return Guard(
        **{"name": "shop", "failures": (ConnectionError,), "concurrent_max": 2, "timeout_seconds": 5, **changes}
    )


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: 1_000.0)


class Calls:
    """Fails the first `failures` times, then answers."""

    def __init__(self, failures: int = 0, error: type[Exception] = ConnectionError) -> None:
        self.made = 0
        self._failures = failures
        self._error = error

    async def __call__(self) -> str:
        self.made += 1
        if self.made <= self._failures:
            raise self._error
        return "answer"


async def fail(subject: Guard, times: int, error: type[Exception] = ConnectionError) -> None:
    for _ in range(times):
        with pytest.raises(error):
            await subject.call(Calls(1, error))


async def test_after_failures_in_a_row_no_call_is_made() -> None:
    subject, calls = guard(failures_max=3), Calls()
    await fail(subject, 3)
    with pytest.raises(Unavailable, match="the shop does not answer") as refusal:
        await subject.call(calls)
    assert (calls.made, refusal.value.retry_after_seconds) == (0, 1)


async def test_an_answer_in_between_starts_the_count_again() -> None:
    subject = guard(failures_max=3)
    await fail(subject, 2)
    await subject.call(Calls())
    await fail(subject, 2)
    assert not subject.open


async def test_what_is_no_failure_of_the_other_side_opens_nothing() -> None:
    subject = guard(failures_max=1)
    await fail(subject, 5, ValueError)
    assert not subject.open


async def test_later_one_failure_closes_the_way_again_and_one_answer_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: now)
    subject = guard(failures_max=3)
    await fail(subject, 3)
    now += 2
    await fail(subject, 1)
    assert subject.open
    now += 2
    assert await subject.call(Calls()) == "answer"
    await fail(subject, 2)
    assert not subject.open


async def test_a_call_that_its_caller_gave_up_neither_counts_nor_opens_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: now)
    subject = guard(failures_max=2)

    async def give_up() -> None:
        call = asyncio.create_task(subject.call(asyncio.Event().wait))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    await fail(subject, 1)
    await give_up()
    await fail(subject, 1)
    assert subject.open
    now += 2
    await give_up()
    await fail(subject, 1)
    assert subject.open


async def test_more_calls_at_once_than_agreed_are_refused_and_the_place_is_given_back() -> None:
    subject, leave = guard(concurrent_max=2), asyncio.Event()

    async def stay() -> bool:
        return await leave.wait()

    inside = [asyncio.create_task(subject.call(stay)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="is asked too much at once"):
        await subject.call(stay)
    leave.set()
    assert await asyncio.gather(*inside) == [True, True]
    assert await subject.call(Calls()) == "answer"


async def test_a_call_ends_at_its_timeout_and_at_the_deadline_of_the_request() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await guard(timeout_seconds=0.01).call(hang)
    with deadline(0.01), pytest.raises(TimeoutError):
        await guard().call(hang)


@pytest.mark.usefixtures("no_pause")
async def test_what_may_be_repeated_is_tried_again() -> None:
    calls = Calls(2)
    assert await guard().call(calls, attempts_max=3) == "answer"
    assert calls.made == 3


@pytest.mark.usefixtures("no_pause")
async def test_all_calls_together_have_one_budget_of_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "RETRIES_PER_SECOND_MAX", 3)
    subject, every = guard(failures_max=1_000, concurrent_max=100), [Calls(9) for _ in range(20)]
    made: Callable[[Calls], Coroutine[Any, Any, str]] = lambda calls: subject.call(calls, attempts_max=2)  # noqa: E731
    answers = await asyncio.gather(*map(made, every), return_exceptions=True)
    assert {type(answer) for answer in answers} == {ConnectionError}
    assert sum(calls.made for calls in every) == 20 + 3


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "FIRST_PAUSE_SECONDS", 0)
