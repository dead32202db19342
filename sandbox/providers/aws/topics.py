"""Topics on the broker behind an MSK cluster."""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewPartitions, NewTopic

from sandbox.parts.part import Part
from sandbox.providers.aws.session import Aws
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties

TIMEOUT_SECONDS = 20
BROKERS = 1
ERRORS_ONLY = 3
SETTLED = {KafkaError.TOPIC_ALREADY_EXISTS, KafkaError.UNKNOWN_TOPIC_OR_PART}
"""What a broker answers where a topic is already there, or already gone."""


class TopicBacking:
    """A topic of that name. One broker cannot hold three replicas: factors are capped at one."""

    kind = "kafka topic"

    def start(self, aws: Aws, document: Properties) -> Properties:
        """Makes the topic, or gives it its new partitions and settings."""
        admin, name, config = _admin(_broker(aws, document)), document["name"], _config(document)
        topic = admin.list_topics(timeout=TIMEOUT_SECONDS).topics.get(name)
        partitions = document["partitionCount"]
        if topic is None:
            _wait(admin.create_topics([NewTopic(name, partitions, BROKERS, config=config)]))
            return {}
        if len(topic.partitions) < partitions:
            _wait(admin.create_partitions([NewPartitions(name, partitions)]))
        entries = [
            ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in config.items()
        ]
        _wait(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)]))
        return {}

    def outputs(self, aws: Aws, document: Properties) -> Properties:  # noqa: ARG002
        """A topic has no address of its own."""
        return {}

    def stop(self, aws: Aws, document: Properties) -> None:
        """Deletes the topic and what is in it; a broker that is gone or dead keeps none."""
        broker = _broker(aws, document)
        if broker is not None and broker.ready():
            admin = _admin(broker)
            _wait(admin.delete_topics([document["name"]]))


def _broker(aws: Aws, document: Properties) -> Part | None:
    clusters = aws.client("kafka", document["region"]).list_clusters()["ClusterInfoList"]
    names = {cluster["ClusterArn"]: cluster["ClusterName"] for cluster in clusters}
    parts = {part.record.name: part for part in aws.parts.all()}
    return parts.get(f"msk-{names.get(document['clusterArn'])}")


def _admin(broker: Part | None) -> AdminClient:
    if broker is None:
        raise ProviderError("no broker stands behind the topic's cluster: it is not among the parts")
    return AdminClient({"bootstrap.servers": f"{broker.record.host}:{broker.record.port}", "log_level": ERRORS_ONLY})


def _config(document: Properties) -> dict[str, str]:
    config = {key: str(value) for key, value in json.loads(document.get("configs") or "{}").items()}
    capped = {"min.insync.replicas": str(BROKERS)} if "min.insync.replicas" in config else {}
    return config | capped


def _wait(futures: Mapping[Any, Future[Any]]) -> None:
    for future in futures.values():
        try:
            future.result(TIMEOUT_SECONDS)
        except KafkaException as error:
            if error.args[0].code() not in SETTLED:
                raise ProviderError(f"kafka: {error}") from error
