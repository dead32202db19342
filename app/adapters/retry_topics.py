"""The topics behind the topic: where failed deliveries wait for their next chance, and where they end.

A record carries for whom it comes again, how often it failed there, why, and when it is due; each retry topic has
waits of about one length, so that a long wait never holds up a short one.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Mapping, Sequence

from confluent_kafka import KafkaError, Message, Producer
from opentelemetry import metrics

from app.adapters.stream import EVENT_ID, EVENT_TYPE, PUBLISH_TIMEOUT_MILLISECONDS, client_configuration
from app.adapters.telemetry import TRACEPARENT
from app.domain.consumption import Failure
from app.domain.errors import Unavailable
from app.settings import StreamSettings

LONGEST_WAITS_SECONDS = {"soon": 1.0, "later": 10.0, "late": 60.0}
SUBSCRIBER = "subscriber"
FAILURES = "failures"
REASON = "reason"
DUE_AT = "due_at"
REASON_LENGTH_MAX = 500
FEW = re.compile(r"[0-9]{1,3}")
MOMENT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")

log = logging.getLogger(__name__)
meter = metrics.get_meter(__name__)
retried = meter.create_counter("events_retried", description="Deliveries that failed and will come again.")
dead = meter.create_counter("events_dead", description="Deliveries that failed too often, or could not be understood.")


def retry_topics(topic: str) -> Sequence[str]:
    """The retry topics of `topic`, in the order in which a delivery goes through them."""
    return [f"{topic}-retry-{when}" for when in LONGEST_WAITS_SECONDS]


def due_at(headers: Mapping[str, str]) -> float:
    """When a record is due, in seconds since 1970; one that claims more than the longest wait was due long ago."""
    given = headers.get(DUE_AT, "")
    due = float(given) if MOMENT.fullmatch(given) else 0.0
    return due if due <= time.time() + max(LONGEST_WAITS_SECONDS.values()) else 0.0


def failures_of(headers: Mapping[str, str]) -> int:
    """How often a record failed before."""
    given = headers.get(FAILURES, "")
    return int(given) if FEW.fullmatch(given) else 0


def dead_letter_topic(topic: str) -> str:
    """Where deliveries of `topic` end that failed too often."""
    return f"{topic}-dead"


class RetryTopics:
    """Keeps failures by producing them again, one topic further each time; the last one is for people."""

    def __init__(self, settings: StreamSettings) -> None:
        self._topics = [*retry_topics(settings.stream_topic_order_events)]
        self._dead_letters = dead_letter_topic(settings.stream_topic_order_events)
        self._producer = Producer(
            {
                **client_configuration(settings),
                "enable.idempotence": True,
                "delivery.timeout.ms": PUBLISH_TIMEOUT_MILLISECONDS,
            },
            logger=log,
        )

    async def keep(self, failures: Sequence[Failure]) -> None:
        """See `SecondChances.keep`."""
        await asyncio.to_thread(self._keep, failures)

    def _keep(self, failures: Sequence[Failure]) -> None:
        errors: list[str] = []

        def delivered(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                errors.append(error.name())

        for failure in failures:
            delivery = failure.delivery
            is_last = failure.subscriber is None or delivery.failures >= len(self._topics)
            topic = self._dead_letters if is_last else self._topics[delivery.failures]
            self._producer.produce(
                topic,
                key=delivery.key,
                value=delivery.value,
                headers=_headers(failure, is_last=is_last),
                on_delivery=delivered,
            )
            (dead if is_last else retried).add(1, {SUBSCRIBER: failure.subscriber or "none"})
        self._producer.flush()
        if errors:
            raise Unavailable(f"failed events cannot be kept: {errors[0]}")


def _headers(failure: Failure, *, is_last: bool) -> dict[str, str | bytes | None]:
    delivery = failure.delivery
    headers: dict[str, str | bytes | None] = {
        FAILURES: str(delivery.failures + 1),
        REASON: failure.reason[:REASON_LENGTH_MAX],
    }
    if not is_last:
        longest = list(LONGEST_WAITS_SECONDS.values())[delivery.failures]
        headers[DUE_AT] = f"{time.time() + random.uniform(0, longest):.3f}"  # noqa: S311 - spreads load, keeps no secret
    known = {
        EVENT_ID: delivery.event_id,
        EVENT_TYPE: delivery.event_type,
        TRACEPARENT: delivery.traceparent,
        SUBSCRIBER: failure.subscriber,
    }
    return headers | {name: value for name, value in known.items() if value is not None}
