"""Kafka, read for webhooks."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from uuid import UUID

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from app.adapters.stream import client_configuration
from app.domain.errors import Unavailable
from app.domain.events import EventType
from app.domain.webhooks import Announcement
from app.settings import StreamSettings

GROUP = "webhooks"
BATCH_SIZE_MAX = 500
POLL_SECONDS = 0.5
SESSION_TIMEOUT_MILLISECONDS = 6_000

log = logging.getLogger(__name__)


class KafkaAnnouncementFeed:
    """Order events as one member of a consumer group; offsets are committed only when a batch is confirmed."""

    def __init__(self, settings: StreamSettings) -> None:
        self._topic = settings.stream_topic_order_events
        self._batch: Sequence[Message] = ()
        self._consumer = Consumer(
            {
                **client_configuration(settings),
                "group.id": GROUP,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "partition.assignment.strategy": "cooperative-sticky",
                "session.timeout.ms": SESSION_TIMEOUT_MILLISECONDS,
                "heartbeat.interval.ms": SESSION_TIMEOUT_MILLISECONDS // 3,
            },
            logger=log,
        )
        self._consumer.subscribe([self._topic])

    async def next_batch(self) -> Sequence[Announcement]:
        """See `AnnouncementFeed.next_batch`. Waits at most half a second."""
        records = await asyncio.to_thread(self._consumer.consume, BATCH_SIZE_MAX, POLL_SECONDS)
        self._batch = [record for record in records if record.error() is None]
        return [announcement for record in self._batch if (announcement := announcement_of(record)) is not None]

    async def confirm(self) -> None:
        """See `AnnouncementFeed.confirm`."""
        if not self._batch:
            return
        last = {record.partition() or 0: (record.offset() or 0) + 1 for record in self._batch}
        offsets = [TopicPartition(self._topic, partition, offset) for partition, offset in last.items()]
        try:
            await asyncio.to_thread(lambda: self._consumer.commit(offsets=offsets, asynchronous=False))
        except KafkaException as error:
            raise Unavailable("offsets cannot be committed") from error

    async def rewind(self) -> None:
        """See `AnnouncementFeed.rewind`."""
        first = {record.partition() or 0: record.offset() or 0 for record in reversed(self._batch)}
        for partition, offset in first.items():
            try:
                self._consumer.seek(TopicPartition(self._topic, partition, offset))
            except KafkaException as error:
                log.warning("partition is no longer ours", extra={"cause": str(error)})

    async def close(self) -> None:
        """Leaves the group, so that its partitions are given to others at once."""
        await asyncio.to_thread(self._consumer.close)


def announcement_of(record: Message) -> Announcement | None:
    """What the record tells; None for what no webhook can want. What is broken is the consumers' to put aside."""
    value = record.value() or b""
    try:
        event = json.loads(value)
        return Announcement(
            event_id=str(UUID(event["id"])),
            event_type=EventType(event["type"]),
            customer_id=_printable(event["data"]["customer_id"]),
            payload=value.decode() if isinstance(value, bytes) else value,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.info("event not announced", extra={"cause": type(error).__name__, "offset": record.offset()})
        return None


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("not a customer's id")
    return text
