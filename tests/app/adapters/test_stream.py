import asyncio
import base64
import json
import time
from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from app.adapters.stream import (
    KafkaOrderCreatedFeed,
    KafkaPublisher,
    client_configuration,
    iam_token,
    order_created,
)
from app.domain.events import DeadLetter, OrderCreated, OutboxEvent
from app.settings import StreamSettings


def event(position: int, *, order_id: str = "ord_1", event_type: str = "order.created") -> OutboxEvent:
    event_id = str(uuid4())
    payload = {
        "id": event_id,
        "time": "2026-01-01T23:30:00+00:00",
        "data": {"product_id": "jordan-1", "quantity": position, "unit_price_cents": 100},
    }
    return OutboxEvent(
        position=position,
        event_id=event_id,
        event_type=event_type,
        order_id=order_id,
        payload=json.dumps(payload),
        traceparent="00-11111111111111111111111111111111-2222222222222222-01",
    )


async def read(feed: KafkaOrderCreatedFeed, count: int) -> tuple[list[OrderCreated], list[DeadLetter]]:
    events: list[OrderCreated] = []
    letters: list[DeadLetter] = []
    async with asyncio.timeout(30):
        while len(events) + len(letters) < count:
            more_events, more_letters = await feed.next_batch()
            events += more_events
            letters += more_letters
    return events, letters


def test_an_event_is_read_as_analytics_needs_it() -> None:
    sent = event(2)
    assert order_created(sent.payload.encode()) == OrderCreated(
        event_id=sent.event_id, day=date(2026, 1, 1), product_id="jordan-1", pairs=2, amount_cents=200
    )


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"{}", b'{"data": {}}', b'{"id": 1, "data": null}'])
def test_what_is_no_order_created_is_refused(payload: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        order_created(payload)


@pytest.mark.parts
async def test_events_of_one_order_arrive_in_the_order_they_were_published(stream_settings: StreamSettings) -> None:
    publisher = KafkaPublisher(stream_settings)
    positions: list[int] = []
    for position in range(1, 6):
        positions += await publisher.publish([event(position)])
    assert positions == [1, 2, 3, 4, 5]
    feed = KafkaOrderCreatedFeed(stream_settings, group="test")
    events, _ = await read(feed, 5)
    assert [received.pairs for received in events] == [1, 2, 3, 4, 5]
    await feed.close()


@pytest.mark.parts
async def test_what_was_not_confirmed_is_delivered_again(stream_settings: StreamSettings) -> None:
    await KafkaPublisher(stream_settings).publish([event(1, order_id="a"), event(2, order_id="b")])
    crashed = KafkaOrderCreatedFeed(stream_settings, group="test")
    first, _ = await read(crashed, 2)
    await crashed.close()
    successor = KafkaOrderCreatedFeed(stream_settings, group="test")
    again, _ = await read(successor, 2)
    assert {received.event_id for received in again} == {received.event_id for received in first}
    await successor.confirm()
    await successor.close()


@pytest.mark.parts
async def test_a_batch_can_be_taken_back(stream_settings: StreamSettings) -> None:
    await KafkaPublisher(stream_settings).publish([event(1)])
    feed = KafkaOrderCreatedFeed(stream_settings, group="test")
    first, _ = await read(feed, 1)
    await feed.rewind()
    assert await read(feed, 1) == (first, [])
    await feed.close()


@pytest.mark.parts
async def test_what_cannot_be_understood_becomes_a_dead_letter_and_other_types_pass_by(
    stream_settings: StreamSettings,
) -> None:
    producer = Producer({"bootstrap.servers": stream_settings.stream_bootstrap_servers})
    producer.produce(stream_settings.stream_topic_order_events, key="ord_1", value=b"not json")
    producer.flush()
    await KafkaPublisher(stream_settings).publish([event(1, event_type="order.renamed"), event(2, order_id="ord_2")])
    feed = KafkaOrderCreatedFeed(stream_settings, group="test")
    events, (letter,) = await read(feed, 2)
    assert [received.pairs for received in events] == [2]
    assert (letter.key, letter.value, letter.offset) == (b"ord_1", b"not json", 0)
    await feed.close()


@pytest.mark.parts
async def test_a_broker_that_is_away_publishes_nothing_and_raises_nothing(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.stream.PUBLISH_TIMEOUT_MILLISECONDS", 300)
    nobody = stream_settings.model_copy(update={"stream_bootstrap_servers": "127.0.0.1:1"})
    published: Sequence[int] = await KafkaPublisher(nobody).publish([event(1)])
    assert published == []


def test_the_token_for_msk_is_a_presigned_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    token, expires_at = iam_token("eu-west-1")
    url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    query = parse_qs(url.query)
    assert (url.scheme, url.netloc) == ("https", "kafka.eu-west-1.amazonaws.com")
    assert (query["Action"], query["X-Amz-SignedHeaders"]) == (["kafka-cluster:Connect"], ["host"])
    assert query["X-Amz-Credential"][0].endswith("/eu-west-1/kafka-cluster/aws4_request")
    assert "=" not in token
    assert 800 < expires_at - time.time() <= 900


def test_msk_is_spoken_to_over_tls_with_renewed_tokens() -> None:
    settings = StreamSettings(stream_bootstrap_servers="b-1:9098")
    configuration = client_configuration(settings)
    assert (configuration["security.protocol"], configuration["sasl.mechanism"]) == ("SASL_SSL", "OAUTHBEARER")
    assert callable(configuration["oauth_cb"])
