"""Parts that only pretend: what the provider asks of them, without processes."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from sandbox.parts.part import PartError, PartRecord


@dataclass
class PretendedPart:
    """A part that has a record and nothing else."""

    record: PartRecord
    data: Path = Path()

    def ready(self) -> bool:
        """Always."""
        return True


@dataclass
class PretendedParts:
    """The face of `Parts`; ports are handed out one after the other from 50001."""

    made: dict[str, PretendedPart] = field(default_factory=dict)
    ports: count = field(default_factory=lambda: count(50001))

    def create(self, kind: str, name: str, *, preferred_port: int, settings: dict[str, str]) -> PretendedPart:
        """A part as asked for; one that exists gets the settings."""
        assert preferred_port > 1024
        if name not in self.made:
            initial = {"password": "drawn by the part"} if kind == "postgresql" else {}
            record = PartRecord(kind=kind, name=name, port=next(self.ports), settings=initial)
            self.made[name] = PretendedPart(record)
        self.made[name].record.settings.update(settings)
        return self.made[name]

    def get(self, name: str) -> PretendedPart:
        """The part, or the error that `Parts` gives."""
        if name not in self.made:
            raise PartError(f"there is no part '{name}'")
        return self.made[name]

    def all(self) -> list[PretendedPart]:
        """Every part."""
        return list(self.made.values())

    def remove(self, name: str) -> None:
        """Forgets the part."""
        self.made.pop(name, None)


class PretendedAdmin:
    """The face of Kafka's AdminClient as far as topics need it; its topics are the class's."""

    topics: ClassVar[dict[str, SimpleNamespace]] = {}

    def __init__(self, settings: dict[str, Any]) -> None:
        self.bootstrap_servers = settings["bootstrap.servers"]

    def list_topics(self, timeout: float) -> SimpleNamespace:  # noqa: ARG002
        """The topics there are."""
        return SimpleNamespace(topics=self.topics)

    def create_topics(self, new: list[Any]) -> dict[str, Future[None]]:
        """Makes them."""
        for topic in new:
            self.topics[topic.topic] = SimpleNamespace(partitions=range(topic.num_partitions), config=topic.config)
        return _done([topic.topic for topic in new])

    def create_partitions(self, new: list[Any]) -> dict[str, Future[None]]:
        """Adds partitions."""
        for topic in new:
            self.topics[topic.topic].partitions = range(topic.new_total_count)
        return _done([topic.topic for topic in new])

    def incremental_alter_configs(self, resources: list[Any]) -> dict[str, Future[None]]:
        """Takes note of nothing."""
        return _done([resource.name for resource in resources])

    def delete_topics(self, names: list[str]) -> dict[str, Future[None]]:
        """Removes them."""
        for name in names:
            self.topics.pop(name, None)
        return _done(names)


def _done(names: list[str]) -> dict[str, Future[None]]:
    futures = {name: Future[None]() for name in names}
    for future in futures.values():
        future.set_result(None)
    return futures
