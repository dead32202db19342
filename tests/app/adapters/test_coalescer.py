import asyncio
from collections.abc import Sequence

import pytest

from app.adapters.coalescer import Coalescer
from app.domain.deadline import deadline, remaining_seconds
from app.domain.errors import Unavailable


class Batches:
    """Doubles numbers; the first batch waits until it is let go."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.started = asyncio.Event()
        self.let_go = asyncio.Event()

    async def run(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        self.seen.append(list(numbers))
        self.started.set()
        await self.let_go.wait()
        return [ValueError(number) if number < 0 else number * 2 for number in numbers]

    def coalescer(self, *, batch_size_max: int = 10, queue_length_max: int = 100) -> Coalescer[int, int]:
        return Coalescer(self.run, workers=1, batch_size_max=batch_size_max, queue_length_max=queue_length_max)


async def submit_all(coalescer: Coalescer[int, int], numbers: Sequence[int]) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(coalescer.submit(number)) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_a_lone_request_does_not_wait_for_company() -> None:
    batches = Batches()
    batches.let_go.set()
    assert await batches.coalescer().submit(21) == 42
    assert batches.seen == [[21]]


async def test_what_arrives_during_a_batch_makes_the_next_one() -> None:
    batches = Batches()
    coalescer = batches.coalescer(batch_size_max=2)
    first = await submit_all(coalescer, [1])
    await batches.started.wait()
    rest = await submit_all(coalescer, [2, 3, 4])
    batches.let_go.set()
    assert await asyncio.gather(*first, *rest) == [2, 4, 6, 8]
    assert batches.seen == [[1], [2, 3], [4]]


async def test_one_refusal_reaches_only_the_one_who_asked() -> None:
    batches = Batches()
    batches.let_go.set()
    good, bad = await submit_all(batches.coalescer(), [1, -1])
    assert await good == 2
    with pytest.raises(ValueError, match="-1"):
        await bad


async def test_a_request_given_up_before_its_batch_is_left_out() -> None:
    batches = Batches()
    coalescer = batches.coalescer()
    first = await submit_all(coalescer, [1])
    await batches.started.wait()
    given_up, patient = await submit_all(coalescer, [2, 3])
    given_up.cancel()
    await asyncio.sleep(0)
    batches.let_go.set()
    assert await asyncio.gather(*first, patient) == [2, 6]
    assert batches.seen == [[1], [3]]


async def test_a_full_queue_refuses_at_once() -> None:
    batches = Batches()
    coalescer = batches.coalescer(queue_length_max=1)
    running = await submit_all(coalescer, [1])
    await batches.started.wait()
    waiting = await submit_all(coalescer, [2])
    with pytest.raises(Unavailable) as refusal:
        await coalescer.submit(3)
    assert refusal.value.retry_after_seconds == 1
    batches.let_go.set()
    assert await asyncio.gather(*running, *waiting) == [2, 4]


async def test_requests_that_follow_each_other_are_each_answered() -> None:
    batches = Batches()
    batches.let_go.set()
    coalescer = batches.coalescer()
    async with asyncio.timeout(60):
        assert [await coalescer.submit(number) for number in range(20)] == [number * 2 for number in range(20)]


async def test_a_batch_that_fails_as_a_whole_is_told_to_everyone_and_the_next_one_runs() -> None:
    class Failing(Batches):
        async def run(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
            if 13 in numbers:
                raise OSError("the store is gone")
            return await super().run(numbers)

    batches = Failing()
    batches.let_go.set()
    coalescer = batches.coalescer()
    results = await asyncio.gather(*(coalescer.submit(number) for number in (13, 1)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
    assert await coalescer.submit(2) == 4


async def test_a_batch_does_not_run_under_the_deadline_of_the_request_that_started_it() -> None:
    async def run(requests: Sequence[int]) -> Sequence[float]:
        return [remaining_seconds(60) for _ in requests]

    coalescer: Coalescer[int, float] = Coalescer(run, workers=1, batch_size_max=8, queue_length_max=8)
    with deadline(1):
        assert await coalescer.submit(1) == 60
