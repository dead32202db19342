"""A consumer group of Kafka, of which a process is one member."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from app.adapters.stream import client_configuration
from app.domain.errors import Unavailable
from app.settings import StreamSettings

BATCH_SIZE_MAX = 500
POLL_SECONDS = 0.5
SESSION_TIMEOUT_MILLISECONDS = 6_000

log = logging.getLogger(__name__)
Place = tuple[str, int]


class Membership:
    """Reads batches; `batch` is what of the last one counts, and its offsets are committed on confirmation only."""

    def __init__(self, settings: StreamSettings, *, group: str, topics: Sequence[str], **callbacks: Any) -> None:
        self.batch: Sequence[Message] = ()
        self._turns = threading.Lock()
        self.consumer = Consumer(
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
        self.consumer.subscribe([*topics], **callbacks)

    def consume(self) -> Sequence[Message]:
        """Records and errors; blocks for half a second at most."""
        with self._turns:
            return self.consumer.consume(BATCH_SIZE_MAX, POLL_SECONDS)

    async def confirm(self) -> None:
        """The batch is done with. Raises `Unavailable`."""
        if not self.batch:
            return
        offsets = [
            TopicPartition(topic, partition, offset + 1) for (topic, partition), offset in _offsets(self.batch).items()
        ]
        try:
            await asyncio.to_thread(lambda: self.consumer.commit(offsets=offsets, asynchronous=False))
        except KafkaException as error:
            raise Unavailable("offsets cannot be committed") from error

    def rewind(self) -> None:
        """The batch is to be read again."""
        for place, offset in _offsets(reversed(self.batch)).items():
            self.seek(place, offset)

    def seek(self, place: Place, offset: int) -> None:
        """Reads on from there, unless the partition was given to another member."""
        try:
            self.consumer.seek(TopicPartition(*place, offset))
        except KafkaException as error:
            log.warning("partition is no longer ours", extra={"cause": str(error)})

    async def leave(self) -> None:
        """So that its partitions are given to others at once; a read that nobody waits for any more comes first."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._turns:
            self.consumer.close()


def place_of(record: Message) -> Place:
    """Its topic and partition."""
    return record.topic() or "", record.partition() or 0


def _offsets(records: Iterable[Message]) -> Mapping[Place, int]:
    """By place, the offset of its record that comes last."""
    return {place_of(record): record.offset() or 0 for record in records}
