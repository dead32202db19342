"""`python -m app.asyncapi`: the AsyncAPI document of the events, made from their schemas and topics."""

from __future__ import annotations

import json
from typing import Any

from app.adapters.event_schemas import schemas
from app.adapters.retry_topics import DUE_AT, FAILURES, REASON, SUBSCRIBER, dead_letter_topic, retry_topics
from app.adapters.stream import EVENT_ID, EVENT_TYPE
from app.adapters.telemetry import TRACEPARENT

TOPIC = "order-events"
VERSION = "1.0.0"
HEADERS = {
    EVENT_ID: "the event's id, as in the payload",
    EVENT_TYPE: "the event's type, as in the payload",
    TRACEPARENT: "the W3C trace context of the request that caused it",
}
RETRY_HEADERS = {
    **HEADERS,
    SUBSCRIBER: "for whom it comes again",
    FAILURES: "how often it failed there",
    REASON: "why, at last",
}
WAITING_HEADERS = {**RETRY_HEADERS, DUE_AT: "when to try again, in seconds since 1970"}


def document() -> dict[str, Any]:
    """The document, as of AsyncAPI 3.0."""
    topics = {
        TOPIC: ("what happened to orders, keyed by order and in order for each order", HEADERS),
        **dict.fromkeys(retry_topics(TOPIC), ("deliveries that failed and wait for another chance", WAITING_HEADERS)),
        dead_letter_topic(TOPIC): ("deliveries that failed too often, or could not be understood", RETRY_HEADERS),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fortress order events",
            "version": VERSION,
            "description": "CloudEvents in JSON over Kafka, at least once; an event's id tells repetitions apart.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            topic: {"address": topic, "description": description, "messages": _messages(headers)}
            for topic, (description, headers) in topics.items()
        },
        "operations": {
            "publishOrderEvents": {"action": "send", "channel": {"$ref": f"#/channels/{TOPIC}"}},
            **{
                f"receive-{topic}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic}"}}
                for topic in [TOPIC, *retry_topics(TOPIC)]
            },
        },
        "components": {"schemas": {_reference_name(name): schema for name, schema in schemas().items()}},
    }


def _messages(headers: dict[str, str]) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": meaning} for name, meaning in headers.items()}
    return {
        _reference_name(name): {
            "name": name,
            "title": schema["title"],
            "summary": schema["description"],
            "headers": {"type": "object", "properties": properties},
            "payload": {"$ref": f"#/components/schemas/{_reference_name(name)}"},
        }
        for name, schema in schemas().items()
    }


def _reference_name(name: str) -> str:
    return name.replace("/", "-")


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
