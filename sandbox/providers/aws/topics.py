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

from sandbox.providers.aws.backing import part_errors
from sandbox.providers.aws.session import Aws
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties

TIMEOUT_SECONDS = 20
BROKERS = 1


class TopicBacking:
    """A topic of that name. One broker cannot hold three replicas: factors are capped at one."""

    kind = "kafka topic"

    def start(self, aws: Aws, document: Properties) -> Properties:
        """Makes the topic, or gives it its new partitions and settings."""
        admin, name, config = _admin(aws, document), document["name"], _config(document)
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
        """Deletes the topic and what is in it."""
        _wait(_admin(aws, document).delete_topics([document["name"]]))


def _admin(aws: Aws, document: Properties) -> AdminClient:
    clusters = aws.client("kafka", document["region"]).list_clusters()["ClusterInfoList"]
    names = {cluster["ClusterArn"]: cluster["ClusterName"] for cluster in clusters}
    if document["clusterArn"] not in names:
        raise ProviderError(f"there is no cluster {document['clusterArn']}; there are: {', '.join(names) or 'none'}")
    with part_errors():
        broker = aws.parts.get(f"msk-{names[document['clusterArn']]}").record
    return AdminClient({"bootstrap.servers": f"{broker.host}:{broker.port}"})


def _config(document: Properties) -> dict[str, str]:
    config = {key: str(value) for key, value in json.loads(document.get("configs") or "{}").items()}
    capped = {"min.insync.replicas": str(BROKERS)} if "min.insync.replicas" in config else {}
    return config | capped


def _wait(futures: Mapping[Any, Future[Any]]) -> None:
    for future in futures.values():
        try:
            future.result(TIMEOUT_SECONDS)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise ProviderError(f"kafka: {error}") from error
