"""Sessions with a broker that demands fresh tokens (SASL/OAUTHBEARER over TLS, KIP-368), as MSK does."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from app.adapters import stream
from app.adapters.feed import KafkaFeed
from app.adapters.retry_topics import retry_topics
from app.adapters.stream import KafkaPublisher
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
        made.result(timeout=120)
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


def settings_for(broker: GuardedKafka) -> StreamSettings:
    return StreamSettings(stream_bootstrap_servers=broker.servers, stream_ca_file=broker.certificate)


async def until(reached: Callable[[], object], step: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(120):
        while not reached():
            await step()


async def test_nothing_is_lost_while_sessions_outlive_their_tokens(broker: GuardedKafka, tokens: Tokens) -> None:
    publisher, feed = KafkaPublisher(settings_for(broker)), KafkaFeed(settings_for(broker), group="sessions")
    sent, received, positions = [], [], itertools.count(1)

    async def pass_one_on() -> None:
        position, event = next(positions), order_event(order_id="ord_1")
        assert await publisher.publish([outbox_event(event, position=position)]) == [position]
        sent.append(event.event_id)
        received.extend(delivery.event_id for delivery in await feed.next_batch())

    async def receive() -> None:
        received.extend(delivery.event_id for delivery in await feed.next_batch())

    await until(lambda: received, pass_one_on)
    needed = tokens.given + 6
    await until(lambda: tokens.given >= needed, pass_one_on)
    await until(lambda: set(received) >= set(sent), receive)
    await feed.close()
    assert list(dict.fromkeys(received)) == sent


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
