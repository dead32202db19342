"""Kafka, for reading."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from confluent_kafka import Consumer, Message, TopicPartition
from opentelemetry import trace

from app.adapters.event_schemas import order_event
from app.adapters.membership import Membership, Place, place_of
from app.adapters.retry_topics import SUBSCRIBER, due_at, failures_of, retry_topics
from app.adapters.stream import EVENT_ID, EVENT_TYPE
from app.adapters.telemetry import TRACEPARENT, context_of
from app.domain.consumption import Delivery
from app.domain.events import EventType
from app.settings import StreamSettings

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)


@dataclass(frozen=True, kw_only=True)
class _Rest:
    """A partition is not read from `offset` on before `due_at`, in seconds since 1970."""

    offset: int
    due_at: float


class KafkaFeed:
    """Order events and their retries, as one member of a consumer group; offsets are committed on confirmation only.

    A retry that is not due yet stays at the broker with all behind it, and its partition rests until it is. One group
    is enough to keep what nobody can read: the others pass it over.
    """

    def __init__(
        self,
        settings: StreamSettings,
        *,
        group: str,
        interests: frozenset[EventType] = frozenset(EventType),
        keeps_unreadable: bool = True,
    ) -> None:
        self._group = group
        self._interests = interests
        self._keeps_unreadable = keeps_unreadable
        self._behind = 0
        self._resting: dict[Place, _Rest] = {}
        topic = settings.stream_topic_order_events
        self._retry_topics = frozenset(retry_topics(topic))
        self._member = Membership(
            settings,
            group=group,
            topics=[topic, *self._retry_topics],
            on_lost=self._forget,
            on_revoke=self._forget,
        )
        self._consumer = self._member.consumer

    @property
    def behind(self) -> int:
        """How many records of this member's partitions it had not read yet when it last read some."""
        return self._behind

    async def next_batch(self) -> Sequence[Delivery]:
        """See `Feed.next_batch`. Waits at most half a second."""
        self._wake()
        records = await asyncio.to_thread(self._consume)
        failures = [error for record in records if (error := record.error()) is not None]
        if failures:
            log.warning("events not read", extra={"cause": failures[0].name()})
        readable = [record for record in records if record.error() is None]
        self._rest(readable)
        self._member.batch = [record for record in readable if not self._waits(record)]
        return [delivery for record in self._member.batch if (delivery := self._delivery(record)) is not None]

    async def confirm(self) -> None:
        """See `Feed.confirm`."""
        await self._member.confirm()

    async def rewind(self) -> None:
        """See `Feed.rewind`."""
        self._member.rewind()

    async def close(self) -> None:
        """Leaves the group."""
        await self._member.leave()

    def _consume(self) -> Sequence[Message]:
        records = self._member.consume()
        self._behind = sum(map(self._left, self._consumer.position(self._consumer.assignment())))
        return records

    def _left(self, position: TopicPartition) -> int:
        _, end = self._consumer.get_watermark_offsets(position, cached=True)
        return max(0, end - position.offset) if position.offset >= 0 else 0

    def _rest(self, records: Sequence[Message]) -> None:
        for record in records:
            place, offset = place_of(record), record.offset() or 0
            if record.topic() not in self._retry_topics or place in self._resting:
                continue
            if (due := due_at(_headers(record))) > time.time():
                self._resting[place] = _Rest(offset=offset, due_at=due)
                self._consumer.pause([TopicPartition(*place)])
                self._member.seek(place, offset)

    def _waits(self, record: Message) -> bool:
        """What lies before a retry that is not due was read with it, and is taken."""
        rest = self._resting.get(place_of(record))
        return rest is not None and (record.offset() or 0) >= rest.offset

    def _wake(self) -> None:
        for place in [place for place, rest in self._resting.items() if rest.due_at <= time.time()]:
            del self._resting[place]
            self._consumer.resume([TopicPartition(*place)])

    def _forget(self, _: Consumer, partitions: Sequence[TopicPartition]) -> None:
        for partition in partitions:
            self._resting.pop((partition.topic, partition.partition), None)

    def _delivery(self, record: Message) -> Delivery | None:
        """None for what nobody here wants: an event of another type is nobody's fault."""
        headers = _headers(record)
        kind = headers.get(EVENT_TYPE)
        if kind is not None and kind not in self._interests:
            return None
        with tracer.start_as_current_span(
            f"process {self._group}",
            context=context_of(headers.get(TRACEPARENT)),
            kind=trace.SpanKind.CONSUMER,
            attributes={"messaging.system": "kafka", "messaging.destination.name": record.topic() or ""},
        ) as span:
            delivery = _read(record, headers, span)
        return delivery if delivery.event is not None or self._keeps_unreadable else None


def _read(record: Message, headers: Mapping[str, str], span: trace.Span) -> Delivery:
    event, fault = None, ""
    value = _bytes(record.value())
    try:
        event = replace(order_event(value or b""), traceparent=headers.get(TRACEPARENT))
    except ValueError as error:
        fault = str(error)
        span.set_status(trace.StatusCode.ERROR, "event not understood")
        log.error("event not understood", extra={"cause": fault, "offset": record.offset()})
    return Delivery(
        key=_bytes(record.key()),
        value=value,
        event=event,
        fault=fault,
        event_id=headers.get(EVENT_ID),
        event_type=headers.get(EVENT_TYPE),
        traceparent=headers.get(TRACEPARENT),
        subscriber=headers.get(SUBSCRIBER),
        failures=failures_of(headers),
    )


def _headers(record: Message) -> Mapping[str, str]:
    return {
        name: value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for name, value in record.headers() or []
    }


def _bytes(part: str | bytes | None) -> bytes | None:
    return part.encode() if isinstance(part, str) else part
