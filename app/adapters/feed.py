"""Kafka, for reading."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from opentelemetry import trace

from app.adapters.event_schemas import order_event
from app.adapters.retry_topics import DUE_AT, FAILURES, SUBSCRIBER, retry_topics
from app.adapters.stream import EVENT_ID, EVENT_TYPE, client_configuration
from app.adapters.telemetry import TRACEPARENT, context_of
from app.domain.consumption import Delivery
from app.domain.errors import Unavailable
from app.domain.events import EventType
from app.settings import StreamSettings

POLL_SECONDS = 0.5
SESSION_TIMEOUT_MILLISECONDS = 6_000
BATCH_SIZE_MAX = 500

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)
Place = tuple[str, int]


class KafkaFeed:
    """Order events and their retries, as one member of a consumer group; offsets are committed on confirmation only.

    A retry that is not due yet stays at the broker, and its partition rests until it is.
    """

    def __init__(self, settings: StreamSettings, *, group: str) -> None:
        self._group = group
        self._batch: Sequence[Message] = ()
        self._behind = 0
        self._resting: dict[Place, float] = {}
        self._consumer = Consumer(
            {
                **client_configuration(settings),
                "group.id": group,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "partition.assignment.strategy": "cooperative-sticky",
                "session.timeout.ms": SESSION_TIMEOUT_MILLISECONDS,
                "heartbeat.interval.ms": SESSION_TIMEOUT_MILLISECONDS // 3,
            },
            logger=log,
        )
        topic = settings.stream_topic_order_events
        self._consumer.subscribe([topic, *retry_topics(topic)], on_lost=self._forget, on_revoke=self._forget)

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
        self._batch = [record for record in readable if _place(record) not in self._resting]
        return [delivery for record in self._batch if (delivery := self._delivery(record)) is not None]

    async def confirm(self) -> None:
        """See `Feed.confirm`."""
        offsets = [
            TopicPartition(topic, partition, offset + 1) for (topic, partition), offset in _offsets(self._batch).items()
        ]
        try:
            await asyncio.to_thread(lambda: self._consumer.commit(offsets=offsets, asynchronous=False))
        except KafkaException as error:
            raise Unavailable("offsets cannot be committed") from error

    async def rewind(self) -> None:
        """See `Feed.rewind`."""
        for (topic, partition), offset in _offsets(reversed(self._batch)).items():
            self._seek(TopicPartition(topic, partition, offset))

    async def close(self) -> None:
        """Leaves the group, so that its partitions are given to others at once."""
        await asyncio.to_thread(self._consumer.close)

    def _consume(self) -> Sequence[Message]:
        records = self._consumer.consume(BATCH_SIZE_MAX, POLL_SECONDS)
        self._behind = sum(map(self._left, self._consumer.position(self._consumer.assignment())))
        return records

    def _left(self, position: TopicPartition) -> int:
        _, end = self._consumer.get_watermark_offsets(position, cached=True)
        return max(0, end - position.offset) if position.offset >= 0 else 0

    def _rest(self, records: Sequence[Message]) -> None:
        for record in records:
            due_at = float(_headers(record).get(DUE_AT, 0))
            place = _place(record)
            if due_at > time.time() and place not in self._resting:
                self._resting[place] = due_at
                self._consumer.pause([TopicPartition(*place)])
                self._seek(TopicPartition(*place, record.offset() or 0))

    def _wake(self) -> None:
        for place in [place for place, due_at in self._resting.items() if due_at <= time.time()]:
            del self._resting[place]
            self._consumer.resume([TopicPartition(*place)])

    def _forget(self, _: Consumer, partitions: Sequence[TopicPartition]) -> None:
        for partition in partitions:
            self._resting.pop((partition.topic, partition.partition), None)

    def _seek(self, place: TopicPartition) -> None:
        try:
            self._consumer.seek(place)
        except KafkaException as error:
            log.warning("partition is no longer ours", extra={"cause": str(error)})

    def _delivery(self, record: Message) -> Delivery | None:
        """None for an event of another type, which is nobody's fault."""
        headers = _headers(record)
        kind = headers.get(EVENT_TYPE)
        if kind is not None and kind not in set(EventType):
            return None
        with tracer.start_as_current_span(
            f"process {self._group}",
            context=context_of(headers.get(TRACEPARENT)),
            kind=trace.SpanKind.CONSUMER,
            attributes={"messaging.system": "kafka", "messaging.destination.name": record.topic() or ""},
        ) as span:
            return _read(record, headers, span)


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
        failures=int(headers.get(FAILURES, 0)),
    )


def _headers(record: Message) -> Mapping[str, str]:
    return {
        name: value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for name, value in record.headers() or []
    }


def _bytes(part: str | bytes | None) -> bytes | None:
    return part.encode() if isinstance(part, str) else part


def _place(record: Message) -> Place:
    return record.topic() or "", record.partition() or 0


def _offsets(records: Iterable[Message]) -> Mapping[Place, int]:
    """By place, the offset of its record that comes last."""
    return {_place(record): record.offset() or 0 for record in records}
