"""Kafka, read for webhooks."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from uuid import UUID

from confluent_kafka import Message

from app.adapters.membership import Membership
from app.domain.events import EventType
from app.domain.webhooks import Announcement
from app.settings import StreamSettings

GROUP = "webhooks"

log = logging.getLogger(__name__)


class KafkaAnnouncementFeed:
    """Order events as one member of a consumer group; offsets are committed only when a batch is confirmed."""

    def __init__(self, settings: StreamSettings) -> None:
        self._member = Membership(settings, group=GROUP, topics=[settings.stream_topic_order_events])

    async def next_batch(self) -> Sequence[Announcement]:
        """See `AnnouncementFeed.next_batch`. Waits at most half a second."""
        records = await asyncio.to_thread(self._member.consume)
        self._member.batch = [record for record in records if record.error() is None]
        return [found for record in self._member.batch if (found := announcement_of(record)) is not None]

    async def confirm(self) -> None:
        """See `AnnouncementFeed.confirm`."""
        await self._member.confirm()

    async def rewind(self) -> None:
        """See `AnnouncementFeed.rewind`."""
        self._member.rewind()

    async def close(self) -> None:
        """Leaves the group."""
        await self._member.leave()


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
