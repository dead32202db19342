"""CloudFormation's own resource schemas, as cfn-lint publishes them: what AWS says of a type's properties."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_REGION = "us-east-1"


@cache
def data(name: str) -> Any:
    """A table of this folder."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def schema_of(type_: str) -> Mapping[str, Any] | None:
    """The schema of a type of Pulumi's (`aws:rds/instance:Instance`); None where there is none."""
    name = _cloud_formation_name(type_)
    if name is None:
        return None
    return json.loads((folder() / "resources" / f"{_index()[name]}.json").read_text(encoding="utf-8"))


def names_of(type_: str, name: str, rest: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
    """The paths, in small letters, that Pulumi may have for CloudFormation's property: `LogGroupName` is `name`."""
    full = _cloud_formation_name(type_) or ""
    resource = full.rpartition(":")[2]
    plain, tail = plain_name(data("replacement")["names"].get(full, {}).get(name, name)), map(plain_name, rest)
    words = re.findall(r"[A-Z][a-z0-9]*|[A-Z]+(?![a-z])", resource)
    own = {plain_name(resource), plain_name(words[-1]), f"db{plain_name(resource)}", f"cache{plain_name(resource)}"}
    steps = tuple(tail)
    yield (plain, *steps)
    for prefix in own | {"cache", "db"}:
        if plain.startswith(prefix) and plain != prefix:
            yield (plain.removeprefix(prefix), *steps)


def folder() -> Path:
    """Where the schemas are. Raises ModuleNotFoundError where cfn-lint is not installed."""
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint, which carries CloudFormation's schemas, is not installed: `make setup`")
    return Path(spec.origin).parent / "data" / "schemas"


def plain_name(name: str) -> str:
    """Small letters and digits only, in which both sides' names are compared."""
    return re.sub(r"\W", "", name).lower()


def _cloud_formation_name(type_: str) -> str | None:
    package, path, resource = type_.split(":") if type_.count(":") == 2 else ("", "", "")
    if package != "aws":
        return None
    tables, module = data("replacement"), path.partition("/")[0]
    service = tables["services"].get(module, module)
    names = [tables["types"].get(type_, ""), f"aws::{service}::{resource}", f"aws::{service}::db{resource}"]
    return next((_names()[name.lower()] for name in names if name.lower() in _names()), None)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in _index()}


@cache
def _index() -> dict[str, str]:
    return json.loads((folder() / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))
