from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from app.domain.errors import Unavailable
from app.domain.events import DeadLetter, OrderCreated
from app.domain.pace import Pace
from app.domain.subscription import AnalyticsSubscription

SALE = OrderCreated(event_id="e1", day=date(2026, 1, 1), product_id="jordan-1", pairs=1, amount_cents=18_000)


@dataclass
class MemoryFeed:
    batches: list[Sequence[OrderCreated]]
    confirmed: int = 0

    async def next_batch(self) -> tuple[Sequence[OrderCreated], Sequence[DeadLetter]]:
        return (self.batches.pop(0) if self.batches else []), []

    async def confirm(self) -> None:
        self.confirmed += 1

    async def rewind(self) -> None:
        raise AssertionError("nothing is to be delivered again")


@dataclass
class MemoryAnalytics:
    away: bool = False
    seen: set[str] = field(default_factory=set)

    async def record(self, events: Sequence[OrderCreated], dead_letters: Sequence[DeadLetter]) -> int:
        assert not dead_letters
        if self.away:
            raise Unavailable("figures cannot be kept right now")
        fresh = {event.event_id for event in events} - self.seen
        self.seen |= fresh
        return len(fresh)


async def test_a_batch_is_confirmed_after_it_was_recorded() -> None:
    feed = MemoryFeed([[SALE]])
    assert await AnalyticsSubscription(feed, MemoryAnalytics(), pace=Pace()).take_next() == 1
    assert feed.confirmed == 1


async def test_a_batch_that_could_not_be_recorded_is_not_confirmed() -> None:
    feed = MemoryFeed([[SALE]])
    with pytest.raises(Unavailable):
        await AnalyticsSubscription(feed, MemoryAnalytics(away=True), pace=Pace()).take_next()
    assert feed.confirmed == 0


async def test_an_empty_batch_needs_no_confirmation() -> None:
    feed = MemoryFeed([])
    assert await AnalyticsSubscription(feed, MemoryAnalytics(), pace=Pace()).take_next() == 0
    assert feed.confirmed == 0
