"""Sessions with a broker that demands fresh tokens (SASL/OAUTHBEARER over TLS, KIP-368), as MSK does."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from app.adapters import stream
from app.adapters.feed import KafkaFeed
from app.adapters.retry_topics import retry_topics
from app.adapters.stream import KafkaPublisher, client_configuration
from app.settings import StreamSettings
from sandbox.parts.registry import Parts
from tests.app.events import order_event, outbox_event
from tests.harness.guarded_kafka import GuardedKafka, token

pytestmark = pytest.mark.parts
TOPIC = "order-events"


class Tokens:
    """Hands out tokens, unless told not to."""

    def __init__(self) -> None:
        self.given = 0
        self.withheld = False

    def __call__(self, _region: str) -> tuple[str, float]:
        if self.withheld:
            raise RuntimeError("no AWS credentials were found to sign a token for MSK with")
        self.given += 1
        return token()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, first_port: int) -> Iterator[GuardedKafka]:
    parts = Parts(tmp_path_factory.mktemp("guarded"), notify=lambda _: None, kinds={GuardedKafka.kind: GuardedKafka})
    part = parts.create(GuardedKafka.kind, "stream", preferred_port=first_port + 100)
    assert isinstance(part, GuardedKafka)
    admin = AdminClient({"bootstrap.servers": f"{part.record.host}:{part.record.port}"})
    for made in admin.create_topics(
        [NewTopic(name, num_partitions=1) for name in (TOPIC, *retry_topics(TOPIC))]
    ).values():
        made.result(timeout=30)
    yield part
    parts.stop_all()


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> Tokens:
    tokens = Tokens()
    monkeypatch.setattr(stream, "iam_token", tokens)
    return tokens


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PUBLISH_TIMEOUT_MILLISECONDS", 1_000)


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often each client connected to the broker itself, as it counts."""
    counted: dict[str, int] = {}

    def note(statistics: str) -> None:
        told = json.loads(statistics)
        counted[told["name"]] = sum(each["connects"] for each in told["brokers"].values() if each["nodeid"] == 1)

    def counting(settings: StreamSettings) -> dict[str, Any]:
        return {**client_configuration(settings), "statistics.interval.ms": 200, "stats_cb": note}

    for module in ("stream", "feed"):
        monkeypatch.setattr(f"app.adapters.{module}.client_configuration", counting)
    return counted


def settings_for(broker: GuardedKafka) -> StreamSettings:
    return StreamSettings(stream_bootstrap_servers=broker.servers, stream_ca_file=broker.certificate)


def kind_of(client: str) -> str:
    """`producer` or `consumer`, of a client that calls itself `orders#producer-1`."""
    return client.rpartition("#")[2].rpartition("-")[0]


async def until(reached: Callable[[], object], step: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(120):
        while not reached():
            await step()


async def test_sessions_outlive_their_tokens_without_a_new_connection_and_without_a_loss(
    broker: GuardedKafka, tokens: Tokens, connects: dict[str, int]
) -> None:
    publisher, feed = KafkaPublisher(settings_for(broker)), KafkaFeed(settings_for(broker), group="sessions")
    sent, received, positions = [], [], itertools.count(1)

    async def pass_one_on() -> None:
        position, event = next(positions), order_event(order_id="ord_1")
        assert await publisher.publish([outbox_event(event, position=position)]) == [position]
        sent.append(event.event_id)
        received.extend(delivery.event_id for delivery in await feed.next_batch())

    async def receive() -> None:
        received.extend(delivery.event_id for delivery in await feed.next_batch())

    def connected() -> dict[str, int]:
        return {name: times for name, times in connects.items() if times}

    await until(lambda: {"producer", "consumer"} <= {kind_of(name) for name in connected()}, pass_one_on)
    at_first = connected()
    needed = tokens.given + 6
    await until(lambda: tokens.given >= needed, pass_one_on)
    await until(lambda: len(received) >= len(sent), receive)
    await feed.close()
    assert received == sent
    assert at_first.items() <= connects.items()


@pytest.mark.usefixtures("short_patience")
async def test_without_a_fresh_token_the_session_ends_and_with_one_a_new_session_begins(
    broker: GuardedKafka, tokens: Tokens
) -> None:
    publisher = KafkaPublisher(settings_for(broker))
    published: list[int] = []

    async def publish() -> None:
        published[:] = await publisher.publish([outbox_event(order_event())])

    await until(lambda: published, publish)
    tokens.withheld = True
    await until(lambda: not published, publish)
    tokens.withheld = False
    await until(lambda: published, publish)


@pytest.mark.usefixtures("tokens", "short_patience")
async def test_a_broker_whose_certificate_nobody_signed_is_not_spoken_to(broker: GuardedKafka) -> None:
    strangers = settings_for(broker).model_copy(update={"stream_ca_file": None})
    assert await KafkaPublisher(strangers).publish([outbox_event(order_event())]) == []
