import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from confluent_kafka import KafkaError, Producer

from app.adapters import dead_letters, retry_topics
from app.adapters.dead_letters import DeadLetter, DeadLetters, NotReplayedError
from app.adapters.feed import KafkaFeed
from app.adapters.retry_topics import RetryTopics
from app.adapters.stream import KafkaPublisher
from app.domain.consumption import Consumption, Delivery, Failure
from app.domain.errors import Unavailable
from app.domain.events import EventType, OrderEvent
from app.domain.order import new_order_id
from app.domain.pace import Pace
from app.settings import StreamSettings
from tests.app.events import TRACEPARENT, order_event, outbox_event

pytestmark = pytest.mark.parts


async def read(feed: KafkaFeed, count: int) -> list[Delivery]:
    deliveries: list[Delivery] = []
    async with asyncio.timeout(60):
        while len(deliveries) < count:
            deliveries += await feed.next_batch()
    return deliveries


async def publish(settings: StreamSettings, *events: OrderEvent) -> None:
    for event in events:
        assert await KafkaPublisher(settings).publish([outbox_event(event)]) == [1]


def produce(settings: StreamSettings, value: bytes, *, behind: str = "", **headers: str) -> None:
    """A record of the topic, or of the one `behind` it."""
    producer = Producer({"bootstrap.servers": settings.stream_bootstrap_servers})
    topic = f"{settings.stream_topic_order_events}{behind}"
    producer.produce(topic, key="ord_1", value=value, headers=headers)  # type: ignore[arg-type]
    producer.flush()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_topics, "LONGEST_WAITS_SECONDS", {"soon": 0.05, "later": 0.05})


class Refusing:
    """Takes nothing until told to."""

    name = "refusing"
    interests = frozenset(EventType)

    def __init__(self) -> None:
        self.refuses = True
        self.offered = 0
        self.taken: list[OrderEvent] = []

    async def take(self, events: Sequence[OrderEvent]) -> None:
        self.offered += len(events)
        if self.refuses:
            raise ValueError("not now")
        self.taken += events


class Glad(Refusing):
    name = "glad"

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False


async def test_events_of_one_order_arrive_in_the_order_they_were_published(stream_settings: StreamSettings) -> None:
    order_id = new_order_id()
    events = [order_event(order_id=order_id, quantity=quantity) for quantity in range(1, 6)]
    await publish(stream_settings, *events)
    feed = KafkaFeed(stream_settings, group="test")
    deliveries = await read(feed, 5)
    assert [delivery.event for delivery in deliveries] == events
    assert [delivery.event and delivery.event.traceparent for delivery in deliveries] == [
        delivery.traceparent for delivery in deliveries
    ]
    await feed.close()


async def test_a_member_knows_how_far_behind_it_is(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.membership.BATCH_SIZE_MAX", 1)
    await publish(stream_settings, *(order_event(order_id="ord_1") for _ in range(3)))
    feed = KafkaFeed(stream_settings, group="test")
    left = []
    for _ in range(3):
        await read(feed, 1)
        left.append(feed.behind)
    assert left == [2, 1, 0]
    await feed.close()


async def test_what_was_not_confirmed_is_delivered_again(stream_settings: StreamSettings) -> None:
    await publish(stream_settings, order_event(), order_event())
    crashed = KafkaFeed(stream_settings, group="test")
    first = await read(crashed, 2)
    await crashed.close()
    successor = KafkaFeed(stream_settings, group="test")
    again = await read(successor, 2)
    assert {delivery.event_id for delivery in again} == {delivery.event_id for delivery in first}
    await successor.confirm()
    await successor.close()


async def test_a_batch_can_be_taken_back(stream_settings: StreamSettings) -> None:
    await publish(stream_settings, order_event())
    feed = KafkaFeed(stream_settings, group="test")
    first = await read(feed, 1)
    await feed.rewind()
    assert await read(feed, 1) == first
    await feed.close()


async def test_what_cannot_be_understood_comes_with_its_fault_and_other_types_pass_by(
    stream_settings: StreamSettings,
) -> None:
    produce(stream_settings, b"not json")
    produce(stream_settings, b"{}", event_type="order.renamed")
    event = order_event()
    await publish(stream_settings, event)
    feed = KafkaFeed(stream_settings, group="test")
    deliveries = await read(feed, 2)
    (unreadable,) = [delivery for delivery in deliveries if delivery.event is None]
    assert (unreadable.key, unreadable.value, unreadable.fault) == (b"ord_1", b"not json", "the record is not JSON")
    assert [delivery.event for delivery in deliveries if delivery.event is not None] == [event]
    await feed.close()


@pytest.mark.usefixtures("short_waits")
async def test_a_failure_comes_again_some_times_then_waits_for_a_person_who_may_replay_it(
    stream_settings: StreamSettings,
) -> None:
    event = order_event()
    await publish(stream_settings, event)
    refusing, glad = Refusing(), Glad()
    feed = KafkaFeed(stream_settings, group="test")
    consumption = Consumption(feed, [refusing, glad], RetryTopics(stream_settings), pace=Pace())
    letters = DeadLetters(stream_settings)
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(letters.all):
            await consumption.take_next()
    assert letters.all() == [
        DeadLetter(
            order_id=event.order_id,
            event_type="order.created",
            subscriber="refusing",
            reason="ValueError('not now')",
            trace_id=TRACEPARENT.split("-")[1],
        )
    ]
    assert glad.taken == [event]
    refusing.refuses = False
    assert await asyncio.to_thread(letters.replay) == 1
    async with asyncio.timeout(60):
        while not refusing.taken:
            await consumption.take_next()
    assert (refusing.taken, glad.taken, letters.all()) == ([event], [event], [])
    await feed.close()


async def test_a_retry_that_is_not_due_holds_up_nothing_else(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_topics.random, "uniform", lambda _, longest: longest)
    monkeypatch.setattr(retry_topics, "LONGEST_WAITS_SECONDS", dict.fromkeys(("soon", "later", "late"), 3_600.0))
    await publish(stream_settings, order_event())
    feed = KafkaFeed(stream_settings, group="test")
    (delivery,) = await read(feed, 1)
    await RetryTopics(stream_settings).keep([Failure(delivery=delivery, subscriber="refusing", reason="not now")])
    await feed.confirm()
    async with asyncio.timeout(60):
        while not feed._resting:
            assert await feed.next_batch() == []
    later = order_event()
    await publish(stream_settings, later)
    assert [each.event for each in await read(feed, 1)] == [later]
    monkeypatch.setattr("app.adapters.feed.time.time", lambda: 1e12)
    (again,) = await read(feed, 1)
    assert (again.event_id, again.subscriber, again.failures) == (delivery.event_id, "refusing", 1)
    await feed.close()


async def test_a_retry_that_is_due_is_taken_though_the_one_behind_it_is_not(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = [0.0, 3_600.0]
    monkeypatch.setattr(retry_topics.random, "uniform", lambda *_: waits.pop(0))
    monkeypatch.setattr(retry_topics, "LONGEST_WAITS_SECONDS", {"soon": 3_600.0, "later": 3_600.0})
    due, waiting = (order_event(order_id="ord_1") for _ in range(2))
    await publish(stream_settings, due, waiting)
    first = KafkaFeed(stream_settings, group="test")
    failures = [
        Failure(delivery=delivery, subscriber="refusing", reason="not now") for delivery in await read(first, 2)
    ]
    await first.confirm()
    await first.close()
    await RetryTopics(stream_settings).keep(failures)
    feed = KafkaFeed(stream_settings, group="test")
    assert [delivery.event_id for delivery in await read(feed, 1)] == [due.event_id]
    await feed.confirm()
    await feed.close()
    monkeypatch.setattr("app.adapters.feed.time.time", lambda: 1e12)
    later = KafkaFeed(stream_settings, group="test")
    assert [delivery.event_id for delivery in await read(later, 1)] == [waiting.event_id]
    await later.close()


@pytest.mark.parametrize(
    "headers",
    [{"due_at": "soon"}, {"due_at": "inf"}, {"due_at": "999999999999"}, {"failures": "many"}, {"failures": "-7"}],
)
async def test_headers_that_nobody_of_ours_wrote_hold_up_nothing(
    stream_settings: StreamSettings, headers: dict[str, str]
) -> None:
    produce(stream_settings, b"not json", behind="-retry-soon", **headers)
    feed = KafkaFeed(stream_settings, group="test")
    (delivery,) = await read(feed, 1)
    assert (delivery.fault, delivery.failures) == ("the record is not JSON", 0)
    await feed.close()


async def test_a_letter_whose_trace_cannot_be_read_is_shown_without_one(stream_settings: StreamSettings) -> None:
    produce(stream_settings, b"not json", behind="-dead", traceparent="nonsense", reason="unreadable")
    (letter,) = await asyncio.to_thread(DeadLetters(stream_settings).all)
    assert (letter.reason, letter.trace_id) == ("unreadable", "")


class Refused(Producer):
    """Sends nothing, and is told so by the broker."""

    def produce(self, *_: Any, **given: Any) -> None:
        given["on_delivery"](KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), None)


async def test_letters_that_the_broker_does_not_take_wait_as_before(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    produce(stream_settings, b"not json", behind="-dead", reason="unreadable")
    letters = DeadLetters(stream_settings)
    with monkeypatch.context() as refusing:
        refusing.setattr(dead_letters, "Producer", Refused)
        with pytest.raises(NotReplayedError, match=r"did not take 1 of 1 letters \(TOPIC_AUTHORIZATION_FAILED\)"):
            await asyncio.to_thread(letters.replay)
    assert len(await asyncio.to_thread(letters.all)) == 1
    assert await asyncio.to_thread(letters.replay) == 1


async def test_what_cannot_be_kept_is_not_passed_over(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry_topics, "PUBLISH_TIMEOUT_MILLISECONDS", 300)
    nobody = stream_settings.model_copy(update={"stream_bootstrap_servers": "127.0.0.1:1"})
    failure = Failure(delivery=Delivery(key=b"k", value=b"v", event=None), subscriber=None, reason="unreadable")
    with pytest.raises(Unavailable):
        await RetryTopics(nobody).keep([failure])


async def test_a_group_passes_over_what_none_of_it_wants_and_what_another_one_keeps(
    stream_settings: StreamSettings,
) -> None:
    produce(stream_settings, b"not an event", event_type=EventType.ORDER_CREATED)
    created, cancelled = order_event(), order_event(EventType.ORDER_CANCELLED)
    await publish(stream_settings, created, cancelled)
    picky = KafkaFeed(
        stream_settings, group="picky", interests=frozenset({EventType.ORDER_CREATED}), keeps_unreadable=False
    )
    keeper = KafkaFeed(stream_settings, group="keeper")
    assert {delivery.event_id for delivery in await read(keeper, 3)} == {None, created.event_id, cancelled.event_id}
    deliveries: list[Delivery] = []
    async with asyncio.timeout(60):
        while not deliveries or picky.behind:
            deliveries += await picky.next_batch()
    assert [delivery.event for delivery in deliveries] == [created]
    await picky.close()
    await keeper.close()
