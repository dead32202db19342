"""Which property of which type cannot change in place: from CloudFormation's schemas, with exceptions by hand."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from sandbox.review.published import data, names_of, plain_name, schema_of


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
    return bool(_exceptions(type_, own=True)) or type_.startswith("pulumi:") or schema_of(type_) is not None


@cache
def _exceptions(type_: str, own: bool = False) -> tuple[Mapping[str, Any], ...]:
    rules = (rule for rule in data("replacement")["exceptions"] if fnmatchcase(type_, rule["type"]))
    return tuple(rule for rule in rules if not own or rule["type"] not in ("aws:*",))


@cache
def _immutable(type_: str) -> tuple[tuple[str, ...], ...]:
    """Paths that the schema calls immutable, none where an exception says that it is all there is."""
    if any(rule.get("only") for rule in _exceptions(type_)):
        return ()
    paths = (
        each.removeprefix("/properties/").split("/")
        for each in (schema_of(type_) or {}).get("createOnlyProperties", ())
    )
    return tuple(
        found for first, *rest in paths for found in names_of(type_, first, [step for step in rest if step != "*"])
    )


def _steps(path: str) -> tuple[str, ...]:
    return tuple(plain_name(step) for step in re.sub(r"\[[^\]]*\]", "", path).split("."))


def _covers(rule: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return steps[: len(rule)] == rule


def _touches(rule: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return _covers(rule, steps) or _covers(steps, rule)
