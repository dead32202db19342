"""The topics that the platform makes are those that the service speaks of."""

from app.adapters.retry_topics import dead_letter_topic, retry_topics
from app.settings import StreamSettings
from infra.layers.data import DEAD_LETTER_TOPIC, ORDER_EVENTS_TOPIC, RETRY_TOPICS


def test_every_topic_of_the_service_is_made_by_the_platform() -> None:
    topic = StreamSettings(stream_bootstrap_servers="b-1:9098").stream_topic_order_events
    assert topic == ORDER_EVENTS_TOPIC
    assert (*retry_topics(topic), dead_letter_topic(topic)) == (*RETRY_TOPICS, DEAD_LETTER_TOPIC)
