"""Which property of which type cannot change in place: from CloudFormation's schemas, with exceptions by hand."""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
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


def forces_replacement(type_: str, path: str) -> bool:
    """Whether a change at `path` (`vpcConfig.subnetIds`) makes a new resource of this type."""
    steps = _steps(path)
    verdicts = [
        rule for rule in _exceptions(type_) if any(_touches(_steps(each), steps) for each in rule["properties"])
    ]
    if verdicts:
        return verdicts[-1]["replaces"]
    return any(_covers(immutable, steps) for immutable in _immutable(type_))


def is_judged(type_: str) -> bool:
    """False where neither a schema nor an exception says what of this type is immutable."""
    return bool(_exceptions(type_, own=True)) or type_.startswith("pulumi:") or _schema(type_) is not None


@cache
def _exceptions(type_: str, own: bool = False) -> tuple[Mapping[str, Any], ...]:
    rules = (rule for rule in data("replacement")["exceptions"] if fnmatchcase(type_, rule["type"]))
    return tuple(rule for rule in rules if not own or rule["type"] not in ("aws:*",))


def _immutable(type_: str) -> list[tuple[str, ...]]:
    """Paths that the schema calls immutable, none where an exception says that it is all there is."""
    if any(rule.get("only") for rule in _exceptions(type_)):
        return []
    return list(_schema(type_) or ())


@cache
def _schema(type_: str) -> tuple[tuple[str, ...], ...] | None:
    name = _cloud_formation_name(type_)
    if name is None:
        return None
    schema = json.loads((_published() / "resources" / f"{_index()[name]}.json").read_text(encoding="utf-8"))
    names = data("replacement")["names"].get(name, {})
    paths = (each.removeprefix("/properties/").split("/") for each in schema.get("createOnlyProperties", ()))
    resource = name.rpartition(":")[2]
    return tuple(
        tuple(found)
        for first, *rest in paths
        for found in _named(names.get(first, first), resource, [step for step in rest if step != "*"])
    )


def _named(name: str, resource: str, rest: list[str]) -> Iterator[list[str]]:
    """CloudFormation's name, and the shorter ones that Pulumi may have for it: `LogGroupName` is `name`."""
    plain, tail = _plain(name), [_plain(step) for step in rest]
    words = re.findall(r"[A-Z][a-z0-9]*|[A-Z]+(?![a-z])", resource)
    own = {_plain(resource), _plain(words[-1]), f"db{_plain(resource)}", f"cache{_plain(resource)}", "cache", "db"}
    yield [plain, *tail]
    yield from ([plain.removeprefix(prefix), *tail] for prefix in own if plain.startswith(prefix) and plain != prefix)


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
    return json.loads((_published() / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))


def _published() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint, which carries CloudFormation's schemas, is not installed: `make setup`")
    return Path(spec.origin).parent / "data" / "schemas"


def _steps(path: str) -> tuple[str, ...]:
    return tuple(_plain(step) for step in re.sub(r"\[[^\]]*\]", "", path).split("."))


def _plain(name: str) -> str:
    return re.sub(r"\W", "", name).lower()


def _covers(rule: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return steps[: len(rule)] == rule


def _touches(rule: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return _covers(rule, steps) or _covers(steps, rule)
