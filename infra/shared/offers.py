"""What AWS offers where: engine versions, and machine classes by region.

`infra/limits/offers.json` and `machines.json` are made by `python -m tests.infra.offers` from what cfn-lint and moto
asked AWS for.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from infra.shared.limits import FOLDER


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Engine versions, and by region the classes that the pinned versions run on."""

    database_versions: Sequence[str]
    database_classes: Mapping[str, Sequence[str]]
    database_iops: Mapping[str, int]
    """The most operations a second that a class has with its storage, where gp3 has more."""
    cache_versions: Sequence[str]
    cache_classes: Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What EC2 says of one type."""

    architecture: str
    """`x86_64` or `arm64`."""
    vcpus: int
    memory_mebibytes: int


@dataclass(frozen=True, kw_only=True)
class Machines:
    """The types that nodes may be of, and those of each region."""

    types: Mapping[str, Machine]
    by_region: Mapping[str, Sequence[str]]


@cache
def machines() -> Machines:
    """The table `infra/limits/machines.json`, read once and only where nodes are declared."""
    table = json.loads((FOLDER / "machines.json").read_text(encoding="utf-8"))
    types = {
        name: Machine(architecture=architecture, vcpus=vcpus, memory_mebibytes=memory)
        for name, (architecture, vcpus, memory) in table["types"].items()
    }
    return Machines(types=types, by_region={region: each.split() for region, each in table["by_region"].items()})


@cache
def offers() -> Offers:
    """The table, read once."""
    return Offers(**json.loads((FOLDER / "offers.json").read_text(encoding="utf-8")))


def of_one_family(given: str, offered: Sequence[str]) -> list[str]:
    """What of the offered is of the given class's family (`db.r8g`); the families where there is nothing of it."""
    family = given.rpartition(".")[0]
    return [each for each in offered if each.rpartition(".")[0] == family] or sorted(
        {f"{each.rpartition('.')[0]}.*" for each in offered}
    )
