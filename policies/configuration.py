"""What a stack decides about the rules: how strict each is, its parameters, and exemptions with an expiry."""

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from policies.controls import Framework
from policies.graph import Node
from policies.rule import AnyRule, Rule

FOLDER = Path(__file__).parent / "configurations"
NOTICE_DAYS = 60
"""From so many days before its end an exemption is told of; after its end it stops every preview."""


class Level(StrEnum):
    """What an engine does about a violation: mend it and stop where that fails, stop, say so, or not look."""

    REMEDIATE = "remediate"
    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


class ConfigurationError(ValueError):
    """A configuration that is refused; the message names the file, the value and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One resource that one rule does not stop, until a day, for a reason, by somebody.

    `resource` is the end of its URN: `<type>::<name>`.
    """

    rule: str
    resource: str
    reason: str
    owner: str
    expires: date

    def covers(self, rule: AnyRule, node: Node) -> bool:
        """Whether it exempts this resource from this rule."""
        return self.rule == rule.id and self.names(node)

    def names(self, node: Node) -> bool:
        """Whether it is about this resource."""
        return self.resource == f"{node.type}::{node.name}"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The decisions for one stack; empty means every rule mandatory with its own defaults."""

    levels: Mapping[str, Level] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a rule or a framework has its level."""

    def reason(self, rule: AnyRule) -> str:
        """Why the rule has its level; empty where the stack says nothing of it."""
        named = (rule.id, *rule.controls)
        return "; ".join(dict.fromkeys(self.reasons[name] for name in named if name in self.reasons))

    def level(self, rule: AnyRule) -> Level:
        """The rule's own level, else the strictest of its frameworks' levels, else mandatory."""
        if rule.id in self.levels:
            return self.levels[rule.id]
        given = {self.levels[framework] for framework in rule.controls if framework in self.levels}
        given = given if can_mend(rule) else {_without_remedy(level) for level in given}
        covered_elsewhere = any(framework not in self.levels for framework in rule.controls)
        if covered_elsewhere or not given:
            return Level.MANDATORY
        return next(level for level in Level if level in given)

    def exemption(self, rule: AnyRule, node: Node) -> Exemption | None:
        """What lets this resource off this rule."""
        return next((exemption for exemption in self.exemptions if exemption.covers(rule, node)), None)

    def ending(self, today: date) -> list[Exemption]:
        """The exemptions of which somebody has to decide soon, the first to end first."""
        soon = [each for each in self.exemptions if (each.expires - today).days < NOTICE_DAYS]
        return sorted(soon, key=lambda each: (each.expires, each.rule, each.resource))

    def parameters_of(self, rule: AnyRule) -> dict[str, Any]:
        """The rule's defaults with what the stack sets."""
        return {**rule.defaults(), **self.parameters.get(rule.id, {})}

    def stale(self, nodes: Iterable[Node], needless: Collection[Exemption]) -> Iterator[tuple[Exemption, str]]:
        """The exemptions that name no resource of the stack, or one that keeps the rule; with what is wrong."""
        present = list(nodes)
        for exemption in self.exemptions:
            if not any(map(exemption.names, present)):
                yield exemption, "matches no resource"
            elif exemption in needless:
                yield exemption, f"from {exemption.rule} is not needed: the resource keeps the rule"


def can_mend(rule: AnyRule) -> bool:
    """Whether the rule knows how to mend what it finds."""
    return isinstance(rule, Rule) and rule.remedy is not None


def _without_remedy(level: Level) -> Level:
    return Level.MANDATORY if level is Level.REMEDIATE else level


def load(stack: str, rules: Iterable[AnyRule], *, today: date, folder: Path = FOLDER) -> Configuration:
    """The stack's file, or an empty configuration when it has none; raises `ConfigurationError`."""
    path = folder / f"{stack}.json"
    if not path.is_file():
        return Configuration()
    try:
        document = json.loads(path.read_text())
    except json.JSONDecodeError as broken:
        raise ConfigurationError(f"{path.name} is not JSON: {broken}") from broken
    try:
        return parse(document, rules, today=today)
    except ConfigurationError as refused:
        raise ConfigurationError(f"{path.name}: {refused}") from refused


def parse(document: Mapping[str, Any], rules: Iterable[AnyRule], *, today: date) -> Configuration:
    """The configuration in a JSON document; raises `ConfigurationError` on anything it does not know."""
    by_id = {rule.id: rule for rule in rules}
    for section in document:
        _refuse_unknown(section, ("levels", "parameters", "exemptions"), "section")
    levels = document.get("levels", {})
    for name, entry in levels.items():
        _refuse_unknown(name, (*by_id, *Framework), "rule or framework")
        _check_level(name, entry)
        if entry["level"] == Level.REMEDIATE and name in by_id and not can_mend(by_id[name]):
            able = ", ".join(rule.id for rule in by_id.values() if can_mend(rule))
            raise ConfigurationError(f"{name} cannot remediate; rules that can are {able}")
    parameters = document.get("parameters", {})
    for name, values in parameters.items():
        _refuse_unknown(name, tuple(by_id), "rule")
        check_parameters(by_id[name], values)
    return Configuration(
        levels={name: Level(entry["level"]) for name, entry in levels.items()},
        parameters=parameters,
        exemptions=tuple(_exemption(entry, by_id, today) for entry in document.get("exemptions", [])),
        reasons={name: entry["reason"] for name, entry in levels.items()},
    )


def _check_level(name: str, entry: Mapping[str, Any]) -> None:
    for key in entry:
        _refuse_unknown(key, ("level", "reason"), f"key of the level for {name}")
    _refuse_unknown(entry.get("level", ""), tuple(Level), f"level for {name}")
    if not str(entry.get("reason", "")).strip():
        raise ConfigurationError(f"the level for {name} has no reason")


def check_parameters(rule: AnyRule, values: Mapping[str, Any]) -> None:
    """Raises `ConfigurationError` on a parameter that the rule does not have or of another type."""
    for name, value in values.items():
        _refuse_unknown(name, tuple(rule.parameters), f"parameter of {rule.id}")
        default = rule.parameters[name].default
        expected = list if isinstance(default, tuple) else type(default)
        if type(value) is not expected:
            raise ConfigurationError(f"{rule.id} {name} is {value!r}, must be of type {expected.__name__}")


def _exemption(entry: Mapping[str, Any], rules: Mapping[str, AnyRule], today: date) -> Exemption:
    wanted = ("rule", "resource", "reason", "owner", "expires")
    for name in entry:
        _refuse_unknown(name, wanted, "key of an exemption")
    for name in wanted:
        if not str(entry.get(name, "")).strip():
            raise ConfigurationError(f"the exemption {dict(entry)} has no {name}; it needs {', '.join(wanted)}")
    _refuse_unknown(entry["rule"], tuple(rules), "rule")
    try:
        expires = date.fromisoformat(entry["expires"])
    except ValueError as broken:
        raise ConfigurationError(f"expires is {entry['expires']!r}, must be a day like 2027-01-31") from broken
    if expires < today:
        raise ConfigurationError(
            f"the exemption of {entry['resource']} from {entry['rule']} expired on {expires}; "
            f"{entry['owner']} must mend the resource or decide anew"
        )
    return Exemption(**{**entry, "expires": expires})


def _refuse_unknown(name: str, allowed: tuple[str, ...], what: str) -> None:
    if name in allowed:
        return
    nearest = difflib.get_close_matches(str(name), allowed, n=1, cutoff=0.4)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(sorted(allowed)) or 'none'}"
    raise ConfigurationError(f"there is no {what} {name!r}; {hint}")
