import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.errors import Unavailable
from app.domain.events import OutboxEvent
from app.domain.pace import Pace
from app.domain.relay import Relay


class NoPause(Pace):
    async def failed(self) -> None:
        await asyncio.sleep(0)


def event(position: int) -> OutboxEvent:
    return OutboxEvent(
        position=position,
        event_id=f"event-{position}",
        event_type="order.created",
        order_id=f"ord_{position}",
        payload="{}",
        traceparent=None,
    )


@dataclass
class MemoryOutbox:
    waiting: list[OutboxEvent]
    failures: int = 0
    emptied: asyncio.Event = field(default_factory=asyncio.Event)

    async def unpublished(self) -> Sequence[OutboxEvent]:
        if self.failures:
            self.failures -= 1
            raise Unavailable("the outbox cannot be read")
        return list(self.waiting)

    async def mark_published(self, positions: Sequence[int]) -> None:
        self.waiting = [event for event in self.waiting if event.position not in positions]

    async def wait(self) -> None:
        self.emptied.set()
        await asyncio.Event().wait()


@dataclass
class MemoryPublisher:
    refused: set[int] = field(default_factory=set)
    published: list[int] = field(default_factory=list)

    async def publish(self, events: Sequence[OutboxEvent]) -> Sequence[int]:
        taken = [event.position for event in events if event.position not in self.refused]
        self.published += taken
        return taken


async def run_until_empty(relay: Relay, outbox: MemoryOutbox) -> None:
    running = asyncio.create_task(relay.run())
    await asyncio.wait_for(outbox.emptied.wait(), 60)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_what_the_broker_took_is_marked_and_not_sent_again() -> None:
    outbox, publisher = MemoryOutbox([event(1), event(2)]), MemoryPublisher()
    await run_until_empty(Relay(outbox, publisher, pace=NoPause()), outbox)
    assert publisher.published == [1, 2]
    assert outbox.waiting == []


async def test_what_the_broker_refused_stays_in_the_outbox() -> None:
    outbox, publisher = MemoryOutbox([event(1), event(2)]), MemoryPublisher(refused={2})
    assert await Relay(outbox, publisher, pace=NoPause()).publish_next() == 1
    assert [waiting.position for waiting in outbox.waiting] == [2]


async def test_a_database_that_comes_back_is_read_again() -> None:
    outbox, publisher = MemoryOutbox([event(1)], failures=3), MemoryPublisher()
    await run_until_empty(Relay(outbox, publisher, pace=NoPause()), outbox)
    assert publisher.published == [1]
