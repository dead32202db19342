"""Kafka. Clients are librdkafka's: they renew their tokens within a connection (KIP-368), as MSK demands.

The IAM way (SASL/OAUTHBEARER with a signed URL as token) has not run against AWS.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from confluent_kafka import KafkaError, Message, Producer
from opentelemetry import trace

from app.adapters.telemetry import TRACEPARENT, context_of, traceparent_of
from app.domain.events import OutboxEvent
from app.settings import StreamSecurityProtocol, StreamSettings

PUBLISH_TIMEOUT_MILLISECONDS = 10_000
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
    if settings.stream_ca_file is not None:
        configuration["ssl.ca.location"] = str(settings.stream_ca_file)
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
