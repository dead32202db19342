"""The real Kafka."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from sandbox.parts import kafka
from sandbox.parts.part import Part, PartError
from sandbox.parts.registry import Parts

TOPIC = "order-events"
RECORDS = 50


@pytest.mark.parts
def test_records_survive_a_kill_and_the_cluster_keeps_its_id(
    parts: Parts, free_port: int, kill: Callable[[Part], None], listening: Callable[[Part], set[str]]
) -> None:
    part = parts.create("kafka", "msk-orders", preferred_port=free_port)
    servers: dict[str, str | int | float | bool] = {"bootstrap.servers": f"127.0.0.1:{free_port}", "log_level": 0}
    assert listening(part) == {"127.0.0.1"}
    admin = AdminClient(servers)
    admin.create_topics([NewTopic(TOPIC, num_partitions=2)])[TOPIC].result(10)
    cluster_id = admin.list_topics(timeout=5).cluster_id
    assert cluster_id == part.record.settings["cluster_id"]
    producer = Producer({**servers, "enable.idempotence": True, "acks": "all"})
    for number in range(RECORDS):
        producer.produce(TOPIC, key=str(number), value=b"order.created")
    assert producer.flush(10) == 0
    kill(part)
    parts.start_all()
    assert AdminClient(servers).list_topics(timeout=5).cluster_id == cluster_id
    consumer = Consumer({**servers, "group.id": "test", "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    read = {message.key() for message in consumer.consume(RECORDS, timeout=20) if message.error() is None}
    consumer.close()
    assert read == {str(number).encode() for number in range(RECORDS)}


def test_missing_jars_name_the_command_that_fetches_them(
    parts: Parts, free_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "JARS", tmp_path / "none")
    with pytest.raises(PartError, match=r"`python -m sandbox\.parts\.kafka_jars` fetches them"):
        parts.create("kafka", "msk-orders", preferred_port=free_port)
