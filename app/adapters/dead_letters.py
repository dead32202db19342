"""Dead letters: looking at them, and giving them another chance."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from opentelemetry import trace

from app.adapters.retry_topics import REASON, SUBSCRIBER, dead_letter_topic, retry_topics
from app.adapters.stream import EVENT_ID, EVENT_TYPE, client_configuration
from app.adapters.telemetry import TRACEPARENT, context_of
from app.settings import StreamSettings

GROUP = "orders-dead-letters"
TIMEOUT_SECONDS = 10.0
BATCH_SIZE_MAX = 500
KEPT_HEADERS = (EVENT_ID, EVENT_TYPE, TRACEPARENT, SUBSCRIBER)

log = logging.getLogger(__name__)


class NotReplayedError(Exception):
    """The broker did not take every letter: all of them wait as before, and who had one already passes it over."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One of them; `subscriber` is empty where nobody could read the record, `trace_id` where it was not traced."""

    order_id: str
    event_type: str
    subscriber: str
    reason: str
    trace_id: str


class DeadLetters:
    """The dead-letter topic. What was replayed is not told of again."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._topic = dead_letter_topic(settings.stream_topic_order_events)
        self._first_retry_topic = retry_topics(settings.stream_topic_order_events)[0]

    def all(self) -> Sequence[DeadLetter]:
        """Those that wait, oldest first within a partition."""
        with self._reading() as (_, records):
            return [_letter(record) for record in records]

    def replay(self) -> int:
        """Gives each to its subscriber again, from the first retry topic on; returns how many.

        Raises `NotReplayedError`.
        """
        faults: list[str] = []

        def delivered(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                faults.append(error.name())

        producer = Producer({**client_configuration(self._settings), "enable.idempotence": True}, logger=log)
        with self._reading() as (consumer, records):
            for record in records:
                headers = [(name, value) for name, value in record.headers() or [] if name in KEPT_HEADERS]
                producer.produce(
                    self._first_retry_topic,
                    key=record.key(),
                    value=record.value(),
                    headers=headers,
                    on_delivery=delivered,
                )
            left = producer.flush(TIMEOUT_SECONDS)
            if left or faults:
                raise NotReplayedError(
                    f"{self._first_retry_topic} did not take {left + len(faults)} of {len(records)} letters "
                    f"({', '.join(sorted(set(faults))) or 'no answer'}); all wait as before"
                )
            if records:
                offsets = {(record.partition() or 0): (record.offset() or 0) + 1 for record in records}
                consumer.commit(
                    offsets=[TopicPartition(self._topic, *place) for place in offsets.items()], asynchronous=False
                )
        return len(records)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Consumer, Sequence[Message]]]:
        consumer = Consumer(
            {**client_configuration(self._settings), "group.id": GROUP, "enable.auto.commit": False}, logger=log
        )
        try:
            yield consumer, self._records(consumer)
        finally:
            consumer.close()

    def _records(self, consumer: Consumer) -> Sequence[Message]:
        partitions = consumer.list_topics(self._topic, TIMEOUT_SECONDS).topics[self._topic].partitions
        committed = consumer.committed([TopicPartition(self._topic, number) for number in partitions], TIMEOUT_SECONDS)
        left = 0
        for place in committed:
            first, end = consumer.get_watermark_offsets(place, TIMEOUT_SECONDS)
            place.offset = max(place.offset, first)
            left += end - place.offset
        consumer.assign(committed)
        records: list[Message] = []
        while (waiting := min(left - len(records), BATCH_SIZE_MAX)) > 0 and (
            batch := consumer.consume(waiting, TIMEOUT_SECONDS)
        ):
            records += [record for record in batch if record.error() is None]
        return records


def _letter(record: Message) -> DeadLetter:
    headers = {name: _text(value) for name, value in record.headers() or []}
    told_in = trace.get_current_span(context_of(headers.get(TRACEPARENT))).get_span_context()
    return DeadLetter(
        order_id=_text(record.key()),
        event_type=headers.get(EVENT_TYPE, ""),
        subscriber=headers.get(SUBSCRIBER, ""),
        reason=headers.get(REASON, ""),
        trace_id=f"{told_in.trace_id:032x}" if told_in.is_valid else "",
    )


def _text(value: str | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value or ""
