"""Reads the stack's configuration, once: either all of it is right, or every problem is told at once."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, cast, get_args, get_type_hints

import pulumi
from pulumi.runtime import config as runtime_config
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from infra.rules import RULES
from infra.settings import Settings

PROJECT = "fortress"
_EMPTY_MEANS_ABSENT = "image_digest"
"""The key that `Pulumi.yaml` gives an empty default, because Pulumi takes every declared key to be required."""


class ConfigurationError(pulumi.RunError):
    """The configuration cannot be built from. `problems` has one sentence each; Pulumi shows it without a traceback."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"the configuration of this stack has {len(problems)} problem(s):\n{lines}")


def load_settings() -> Settings:
    """The settings of the stack that Pulumi runs. Raises ConfigurationError with every problem."""
    config = pulumi.Config(PROJECT)
    known = {field.name for field in fields(Settings)}
    present = {key.removeprefix(f"{PROJECT}:") for key in _all_keys() if key.startswith(f"{PROJECT}:")}
    values = {key: value for key in sorted(known | present) if (value := config.get(key)) is not None}
    return parse_settings(values)


def parse_settings(values: Mapping[str, str]) -> Settings:
    """The settings from each key's value as Pulumi hands it over: plain text, or JSON for a section."""
    by_name = {field.name: field for field in fields(Settings)}
    problems = [
        f"{PROJECT}:{key}: given {value}; allowed keys are {', '.join(by_name)}"
        for key, value in values.items()
        if key not in by_name
    ]
    valid: dict[str, Any] = {}
    for name, field in by_name.items():
        try:
            valid[name] = _parse_field(field, values.get(name))
        except ValidationError as error:
            problems += [_problem(name, details) for details in error.errors(include_url=False)]
        except LookupError:
            problems.append(f"{PROJECT}:{name}: not given; set it in the stack's configuration file")
    for rule in RULES:
        if all(key in valid for key in rule.keys):
            problems += [f"{PROJECT}:{problem}" for problem in rule.check(*(valid[key] for key in rule.keys))]
    if problems:
        raise ConfigurationError(problems)
    return Settings(**valid)


def _all_keys() -> set[str]:
    return {*runtime_config.CONFIG.get(), *runtime_config.get_config_env()}


def _parse_field(field: Field[Any], value: str | None) -> Any:
    """One key's value. Raises LookupError where it is missing, ValidationError where it is wrong."""
    if value is None or (field.name == _EMPTY_MEANS_ABSENT and not value):
        if field.default is MISSING:
            raise LookupError(field.name)
        return field.default
    adapter: TypeAdapter[Any] = TypeAdapter(cast(Any, field.type))
    return adapter.validate_json(value) if is_dataclass(field.type) else adapter.validate_strings(value)


def _problem(name: str, details: ErrorDetails) -> str:
    path = ".".join(str(part) for part in (name, *details["loc"]))
    match details["type"]:
        case "missing":
            return f"{PROJECT}:{path}: not given; it is required"
        case "unexpected_keyword_argument":
            allowed = ", ".join(_keys_beside(name, details["loc"]))
            return f"{PROJECT}:{path}: given {details['input']!r}; there is no such key, allowed are {allowed}"
    return f"{PROJECT}:{path}: given {details['input']!r}; {details['msg']}"


def _keys_beside(name: str, location: tuple[int | str, ...]) -> list[str]:
    """The keys of the section that the last word of the location was looked for in."""
    section: Any = get_type_hints(Settings)[name]
    for part in location[:-1]:
        section = get_args(section)[0] if isinstance(part, int) else get_type_hints(section)[part]
    return [field.name for field in fields(section)]
