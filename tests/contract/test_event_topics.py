"""The topics that the platform makes are those that the service speaks of, and its memory outlives them."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from app.adapters.inbox import TAKEN
from app.adapters.retry_topics import dead_letter_topic, retry_topics
from app.settings import StreamSettings
from infra.layers.data import DEAD_LETTER_TOPIC, ORDER_EVENTS_TOPIC, RETRY_TOPICS

CHECKOUT = Path(__file__).parents[2]


def test_every_topic_of_the_service_is_made_by_the_platform() -> None:
    topic = StreamSettings(stream_bootstrap_servers="b-1:9098").stream_topic_order_events
    assert topic == ORDER_EVENTS_TOPIC
    assert (*retry_topics(topic), dead_letter_topic(topic)) == (*RETRY_TOPICS, DEAD_LETTER_TOPIC)


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_what_was_taken_is_known_for_longer_than_any_topic_keeps_it(stack: str) -> None:
    settings = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    kept = timedelta(hours=settings["config"]["fortress:stream"]["order_events_retention_hours"])
    assert TAKEN.kept > kept
