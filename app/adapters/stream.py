"""Kafka. Clients are librdkafka's: they renew their tokens within a connection (KIP-368), as MSK demands.

The IAM way (SASL/OAUTHBEARER with a signed URL as token) has not run against AWS.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from opentelemetry import trace

from app.adapters.telemetry import TRACEPARENT, context_of, traceparent_of
from app.domain.errors import Unavailable
from app.domain.events import DeadLetter, EventType, OrderCreated, OutboxEvent
from app.settings import StreamSecurityProtocol, StreamSettings

PUBLISH_TIMEOUT_MILLISECONDS = 10_000
POLL_SECONDS = 0.5
SESSION_TIMEOUT_MILLISECONDS = 6_000
BATCH_SIZE_MAX = 500
TOKEN_LIFETIME_SECONDS = 900
EVENT_ID = "event_id"
EVENT_TYPE = "event_type"

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)


class KafkaPublisher:
    """Writes events, keyed by order, with an idempotent producer and the acknowledgement of all replicas."""

    def __init__(self, settings: StreamSettings) -> None:
        self._topic = settings.stream_topic_order_events
        self._producer = Producer(
            {
                **client_configuration(settings),
                "enable.idempotence": True,
                "linger.ms": 5,
                "compression.type": "lz4",
                "delivery.timeout.ms": PUBLISH_TIMEOUT_MILLISECONDS,
            },
            logger=log,
        )

    async def publish(self, events: Sequence[OutboxEvent]) -> Sequence[int]:
        """See `EventPublisher.publish`."""
        return await asyncio.to_thread(self._publish, events)

    def _publish(self, events: Sequence[OutboxEvent]) -> Sequence[int]:
        published: list[int] = []
        for event in events:
            span = tracer.start_span(
                f"publish {event.event_type}",
                context=context_of(event.traceparent),
                kind=trace.SpanKind.PRODUCER,
                attributes={"messaging.system": "kafka", "messaging.destination.name": self._topic},
            )

            def delivered(
                error: KafkaError | None, _: Message, position: int = event.position, span: trace.Span = span
            ) -> None:
                if error is None:
                    published.append(position)
                else:
                    span.set_status(trace.StatusCode.ERROR, error.name())
                span.end()

            self._producer.produce(
                self._topic,
                key=event.order_id,
                value=event.payload,
                headers=_headers(event, span),
                on_delivery=delivered,
            )
        self._producer.flush()
        return published


class KafkaOrderCreatedFeed:
    """Reads `order.created` as one member of a consumer group; offsets are committed only when a batch is confirmed."""

    def __init__(self, settings: StreamSettings, *, group: str) -> None:
        self._topic = settings.stream_topic_order_events
        self._group = group
        self._batch: Sequence[Message] = ()
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
        self._consumer.subscribe([self._topic])

    async def next_batch(self) -> tuple[Sequence[OrderCreated], Sequence[DeadLetter]]:
        """See `OrderCreatedFeed.next_batch`. Waits at most half a second."""
        records = await asyncio.to_thread(self._consumer.consume, BATCH_SIZE_MAX, POLL_SECONDS)
        failures = [error for record in records if (error := record.error()) is not None]
        if failures:
            log.warning("events not read", extra={"cause": failures[0].name()})
        self._batch = [record for record in records if record.error() is None]
        events: list[OrderCreated] = []
        dead_letters: list[DeadLetter] = []
        for record in self._batch:
            self._read(record, events, dead_letters)
        return events, dead_letters

    async def confirm(self) -> None:
        """See `OrderCreatedFeed.confirm`."""
        offsets = [
            TopicPartition(self._topic, partition, offset + 1)
            for partition, offset in _last_offsets(self._batch).items()
        ]
        try:
            await asyncio.to_thread(lambda: self._consumer.commit(offsets=offsets, asynchronous=False))
        except KafkaException as error:
            raise Unavailable("offsets cannot be committed") from error

    async def rewind(self) -> None:
        """See `OrderCreatedFeed.rewind`."""
        for partition, offset in _first_offsets(self._batch).items():
            try:
                self._consumer.seek(TopicPartition(self._topic, partition, offset))
            except KafkaException as error:
                log.warning("partition is no longer ours", extra={"cause": str(error)})

    async def close(self) -> None:
        """Leaves the group, so that its partitions are given to others at once."""
        await asyncio.to_thread(self._consumer.close)

    def _read(self, record: Message, events: list[OrderCreated], dead_letters: list[DeadLetter]) -> None:
        headers = dict(record.headers() or [])
        traceparent = _text(headers.get(TRACEPARENT))
        with tracer.start_as_current_span(
            f"process {self._group}",
            context=context_of(traceparent),
            kind=trace.SpanKind.CONSUMER,
            attributes={"messaging.system": "kafka", "messaging.destination.name": self._topic},
        ):
            if _text(headers.get(EVENT_TYPE)) not in (None, EventType.ORDER_CREATED):
                return
            try:
                events.append(order_created(record.value() or b""))
            except (ValueError, KeyError, TypeError) as error:
                log.error("event not understood", extra={"cause": type(error).__name__, "offset": record.offset()})
                dead_letters.append(_dead_letter(record, traceparent, reason=repr(error)))


def order_created(payload: bytes) -> OrderCreated:
    """Raises ValueError, KeyError or TypeError for what is not an `order.created` of version 1."""
    event = json.loads(payload)
    data = event["data"]
    return OrderCreated(
        event_id=event["id"],
        day=datetime.fromisoformat(event["time"]).date(),
        product_id=data["product_id"],
        pairs=data["quantity"],
        amount_cents=data["quantity"] * data["unit_price_cents"],
    )


def client_configuration(settings: StreamSettings) -> dict[str, Any]:
    """What producers and consumers share, in librdkafka's words."""
    configuration: dict[str, Any] = {
        "bootstrap.servers": settings.stream_bootstrap_servers,
        "security.protocol": settings.stream_security_protocol.value,
        "client.id": "orders",
        "reconnect.backoff.max.ms": 1_000,
    }
    if settings.stream_security_protocol is StreamSecurityProtocol.SASL_SSL:
        configuration |= {
            "sasl.mechanism": "OAUTHBEARER",
            "oauth_cb": lambda _: iam_token(settings.aws_region),
        }
    return configuration


def iam_token(region: str) -> tuple[str, float]:
    """A token for MSK (a presigned kafka-cluster:Connect, in base64) and its expiry in seconds since 1970."""
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.session import Session

    credentials = Session().get_credentials()
    if credentials is None:
        raise RuntimeError("no AWS credentials were found to sign a token for MSK with")
    request = AWSRequest("GET", f"https://kafka.{region}.amazonaws.com/", params={"Action": "kafka-cluster:Connect"})
    SigV4QueryAuth(
        credentials.get_frozen_credentials(), "kafka-cluster", region, expires=TOKEN_LIFETIME_SECONDS
    ).add_auth(request)
    url = f"{request.url}&User-Agent=fortress-orders"
    token = base64.urlsafe_b64encode(url.encode()).rstrip(b"=").decode()
    lifetime = int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])
    return token, time.time() + lifetime


def _headers(event: OutboxEvent, span: trace.Span) -> dict[str, str | bytes | None]:
    headers: dict[str, str | bytes | None] = {EVENT_ID: event.event_id, EVENT_TYPE: event.event_type}
    if traceparent := traceparent_of(span):
        headers[TRACEPARENT] = traceparent
    return headers


def _dead_letter(record: Message, traceparent: str | None, *, reason: str) -> DeadLetter:
    key, value = record.key(), record.value()
    return DeadLetter(
        partition=record.partition() or 0,
        offset=record.offset() or 0,
        key=key.encode() if isinstance(key, str) else key,
        value=value.encode() if isinstance(value, str) else value,
        reason=reason,
        traceparent=traceparent,
    )


def _text(value: str | bytes | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _first_offsets(records: Sequence[Message]) -> Mapping[int, int]:
    return {record.partition() or 0: record.offset() or 0 for record in reversed(records)}


def _last_offsets(records: Sequence[Message]) -> Mapping[int, int]:
    return {record.partition() or 0: record.offset() or 0 for record in records}
