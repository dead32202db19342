"""`python -m tests.infra.offers` writes what AWS offers where: engine versions, and machine classes by region.

From cfn-lint, which asks AWS for them, and from moto, which keeps EC2's own answers. `infra/limits/offers.json` is for
`infra/shared/offers.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES
from pydantic import TypeAdapter, ValidationError

from infra import versions
from infra.settings import MachineType
from infra.shared.certificate_authority import database_regions
from infra.shared.limits import FOLDER
from sandbox.review.published import folder

COMMAND = "python -m tests.infra.offers"
TABLE = FOLDER / "offers.json"
DATABASE, CACHE = "postgres", "valkey"
_MOST_OF_GP3 = 64_000
MACHINES = FOLDER / "machines.json"
_EXTENSIONS = folder() / "extensions"
_ARCHITECTURES = ("arm64", "x86_64")


def main() -> None:
    """Rewrites the tables."""
    TABLE.write_text(table_text(), encoding="utf-8")
    MACHINES.write_text(machines_text(), encoding="utf-8")


def table_text() -> str:
    """One line a region."""
    found = table()
    lines = [f'  "{key}": {json.dumps(found[key])},' for key in ("database_versions", "cache_versions")]
    lines.append(f'  "database_iops": {json.dumps(found["database_iops"])},')
    for key in ("database_classes", "cache_classes"):
        rows = ",\n".join(f'    "{region}": {json.dumps(each)}' for region, each in found[key].items())
        lines.append(f'  "{key}": {{\n{rows}\n  }},')
    return "{\n" + "\n".join(lines).removesuffix(",") + "\n}\n"


def table() -> dict[str, Any]:
    """Versions by engine, and by region the classes that current versions of the engine run on."""
    classes, current = _read("aws_rds_dbinstance", "dbinstanceclass_enum"), set(_classes_of_the_pinned_version())
    nodes = _read("aws_elasticache_cachecluster", "cachenodetype_enum")
    return {
        "database_versions": _versions("aws_rds_dbinstance", DATABASE),
        "cache_versions": _versions("aws_elasticache_cachecluster", CACHE),
        "database_iops": _iops(sorted(current)),
        "database_classes": {region: sorted(current & set(_classes(classes[region]))) for region in database_regions()},
        "cache_classes": {region: sorted(nodes[region]["enum"]) for region in database_regions()},
    }


def machines_text() -> str:
    """The types that managed nodes may be of, one a line, and those of each region."""
    types = dict(_machines())
    regions = _read("aws_ec2_instance", "instancetype_enum")
    offered = {region: " ".join(sorted(types.keys() & set(regions[region]["enum"]))) for region in database_regions()}
    lines = (f'"types": {{{_rows(types)}}}', f'"by_region": {{{_rows(offered)}}}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(table: Mapping[str, Any]) -> str:
    return "\n" + ",\n".join(f'  "{key}": {json.dumps(value)}' for key, value in table.items()) + "\n"


def _machines() -> Iterator[tuple[str, tuple[str, int, int]]]:
    """Of the families that the configuration takes, all that are no whole server."""
    taken = TypeAdapter(MachineType)
    for name, told in sorted(INSTANCE_TYPES.items()):
        with suppress(ValidationError):
            taken.validate_python(name)
            found = [each for each in told["ProcessorInfo"]["SupportedArchitectures"] if each in _ARCHITECTURES]
            if found and not told["BareMetal"]:
                yield name, (found[0], told["VCpuInfo"]["DefaultVCpus"], told["MemoryInfo"]["SizeInMiB"])


def _versions(type_: str, engine: str) -> list[str]:
    for rule in _read(type_, "engine_version")["allOf"]:
        if rule["if"]["properties"]["Engine"].get("const") == engine:
            return sorted(rule["then"]["properties"]["EngineVersion"]["enum"], key=_in_order)
    raise LookupError(engine)


def _classes_of_the_pinned_version() -> Iterator[str]:
    major = versions.POSTGRESQL.partition(".")[0]
    for rule in _read("aws_rds_dbinstance", "db_instance_class")["allOf"]:
        given = rule["if"]["properties"]
        if given["Engine"]["const"] == DATABASE and given["EngineVersion"]["pattern"].startswith(rf"^({major}\."):
            yield from rule["then"]["properties"]["DBInstanceClass"]["enum"]


def _classes(rules: Mapping[str, Any]) -> Iterator[str]:
    for rule in rules["allOf"]:
        given = rule["if"]["properties"]
        if given["Engine"].get("const") == DATABASE and not given["LicenseModel"]:
            yield from rule["then"]["properties"]["DBInstanceClass"]["enum"]


def _iops(classes: Iterable[str]) -> dict[str, int]:
    """The most operations a second of each class with its storage; left out where that is more than gp3 has."""
    found = {each: _storage_of(each).get("MaximumIops", _MOST_OF_GP3) for each in classes}
    return {each: most for each, most in found.items() if most < _MOST_OF_GP3}


def _storage_of(database_class: str) -> Mapping[str, Any]:
    """What EC2 says of the machine that a database class is called after; nothing where moto knows none."""
    machine = INSTANCE_TYPES.get(database_class.removeprefix("db."), {})
    return machine.get("EbsInfo", {}).get("EbsOptimizedInfo", {})


def _read(type_: str, name: str) -> Any:
    return json.loads((_EXTENSIONS / type_ / f"{name}.json").read_text(encoding="utf-8"))


def _in_order(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


if __name__ == "__main__":
    main()
