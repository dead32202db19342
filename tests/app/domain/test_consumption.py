from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.domain.consumption import Consumption, Delivery, Failure
from app.domain.errors import Unavailable
from app.domain.events import EventType, OrderEvent
from app.domain.pace import Pace
from tests.app.events import order_event

CREATED = frozenset({EventType.ORDER_CREATED})


def delivery(event: OrderEvent | None = None, **more: object) -> Delivery:
    return Delivery(key=b"k", value=b"v", event=event, **more)  # type: ignore[arg-type]


@dataclass
class OneBatch:
    batch: Sequence[Delivery]
    confirmed: int = 0

    async def next_batch(self) -> Sequence[Delivery]:
        return self.batch

    async def confirm(self) -> None:
        self.confirmed += 1

    async def rewind(self) -> None:
        raise AssertionError("take_next leaves that to run")


@dataclass
class Kept:
    failures: list[Failure] = field(default_factory=list)
    away: bool = False

    async def keep(self, failures: Sequence[Failure]) -> None:
        if self.away:
            raise Unavailable("the broker is away")
        self.failures += failures


@dataclass
class Reader:
    name: str = "reader"
    interests: frozenset[EventType] = CREATED
    refused: tuple[str, ...] = ()
    away: bool = False
    taken: list[str] = field(default_factory=list)

    async def take(self, events: Sequence[OrderEvent]) -> None:
        if self.away:
            raise Unavailable("the database is away")
        ids = [event.event_id for event in events]
        if set(ids) & set(self.refused):
            raise ValueError("not that one")
        self.taken += ids


async def test_every_subscriber_gets_what_interests_it() -> None:
    created, cancelled = order_event(), order_event(EventType.ORDER_CANCELLED)
    feed = OneBatch([delivery(created), delivery(cancelled)])
    some, all_ = Reader(), Reader(interests=frozenset(EventType))
    await Consumption(feed, [some, all_], Kept(), pace=Pace()).take_next()
    assert (some.taken, all_.taken) == ([created.event_id], [created.event_id, cancelled.event_id])
    assert feed.confirmed == 1


async def test_one_bad_event_costs_the_others_nothing() -> None:
    events = [order_event() for _ in range(3)]
    feed, kept = OneBatch([delivery(event) for event in events]), Kept()
    picky = Reader(refused=(events[1].event_id,))
    calm = Reader(name="calm")
    await Consumption(feed, [picky, calm], kept, pace=Pace()).take_next()
    assert picky.taken == [events[0].event_id, events[2].event_id]
    assert calm.taken == [event.event_id for event in events]
    (failure,) = kept.failures
    assert (failure.delivery.event, failure.subscriber, failure.reason) == (
        events[1],
        "reader",
        "ValueError('not that one')",
    )
    assert feed.confirmed == 1


async def test_what_comes_again_comes_to_the_one_who_failed() -> None:
    event = order_event()
    mine, others = Reader(), Reader(name="other")
    feed = OneBatch([delivery(event, subscriber="reader", failures=1)])
    await Consumption(feed, [mine, others], Kept(), pace=Pace()).take_next()
    assert (mine.taken, others.taken) == ([event.event_id], [])


async def test_what_nobody_can_read_is_kept_with_the_reason() -> None:
    feed, kept, reader = OneBatch([delivery(fault="the record is not JSON")]), Kept(), Reader()
    await Consumption(feed, [reader], kept, pace=Pace()).take_next()
    (failure,) = kept.failures
    assert (failure.subscriber, failure.reason, reader.taken) == (None, "the record is not JSON", [])


@pytest.mark.parametrize(("reader", "kept"), [(Reader(away=True), Kept()), (Reader(), Kept(away=True))])
async def test_while_the_database_or_the_broker_is_away_nothing_is_confirmed(reader: Reader, kept: Kept) -> None:
    feed = OneBatch([delivery(order_event()), delivery(fault="the record is not JSON")])
    with pytest.raises(Unavailable):
        await Consumption(feed, [reader], kept, pace=Pace()).take_next()
    assert feed.confirmed == 0
