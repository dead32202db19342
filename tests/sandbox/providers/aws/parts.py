"""Parts that only pretend: what the provider asks of them, without processes."""

from dataclasses import dataclass, field
from itertools import count

from sandbox.parts.part import PartError, PartRecord


@dataclass
class PretendedPart:
    """A part that has a record and nothing else."""

    record: PartRecord

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
