"""From Pulumi's camelCase inputs to the request that an operation's input shape describes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.validate import ParamValidator
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.shapes import Shape, is_list, is_map, is_structure


@dataclass(frozen=True)
class Problem:
    """What AWS would not take: the path of the input, and why."""

    path: str
    reason: str


@dataclass
class Request:
    """Parameters under construction. Unknown values are left out of `parameters` and named in `unknown`.

    `sources` says which input each member came from.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)

    def translate(self, shape: Shape, value: Any, path: str) -> Any:
        """The value as `shape` wants it: members renamed, singles wrapped, scalars converted, nulls left out."""
        if is_structure(shape):
            return self._structure(shape, value, path)
        if is_list(shape):
            items = enumerate(value if isinstance(value, list) else [value])
            known = [(index, item) for index, item in items if item is not None and self._is_known(item, path)]
            return [self.translate(shape.member, item, f"{path}[{index}]") for index, item in known]
        if is_map(shape) and isinstance(value, dict):
            known = [(key, item) for key, item in value.items() if item is not None and self._is_known(item, path)]
            return {key: self.translate(shape.value, item, f"{path}.{key}") for key, item in known}
        return self._scalar(shape, value, path)

    def put(self, shape: Shape, member_path: str, value: Any, path: str) -> None:
        """Sets the member at `member_path` (dotted) of the request."""
        target, names = self.parameters, member_path.split(".")
        if value is None:
            return
        self.sources.setdefault(names[0], path)
        for name in names[:-1]:
            inner = shape.members[name]
            if is_list(inner):
                shape, target = inner.member, target.setdefault(name, [{}])[0]
            else:
                shape, target = inner, target.setdefault(name, {})
        if value == UNKNOWN:
            self.unknown.add(names[-1])
            return
        target[names[-1]] = self.translate(shape.members[names[-1]], value, path)

    def validate(self, shape: Shape) -> None:
        """Adds what botocore's own validation finds, except members that are missing because they are unknown."""
        for reason, place, details in ParamValidator().validate(self.parameters, shape)._errors:
            source = self.sources.get(re.split(r"[.\[]", place.lstrip("."))[0], "")
            if reason == "missing required field":
                if details["required_name"] not in self.unknown:
                    self.problems.append(Problem(source, f"AWS wants {place}.{details['required_name']} here"))
            elif reason != "invalid length" or not self._is_partly_unknown(place):
                told = ", ".join(f"{key.replace('_', ' ')} {value!r}" for key, value in details.items())
                self.problems.append(Problem(source, f"{reason} at {place}: {told}"))

    def _is_partly_unknown(self, place: str) -> bool:
        member = place.rpartition(".")[2].lower()
        return any(name.rpartition(".")[2].lower() == member for name in self.unknown)

    def _structure(self, shape: Shape, value: Any, path: str) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):
            return self._wrapped(shape, value, path)
        members, result = by_lower_name(shape), {}
        for key, item in value.items():
            name = member_named(members, key)
            if item is None or key == "__defaults":
                continue
            if name is None:
                allowed = ", ".join(sorted(members.values()))
                self.problems.append(Problem(f"{path}.{key}", f"AWS's {shape.name} has no '{key}'; it has {allowed}"))
            elif self._is_known(item, name):
                result[name] = self.translate(shape.members[name], item, f"{path}.{key}")
        return result

    def _wrapped(self, shape: Shape, value: Any, path: str) -> Any:
        """A plain value where AWS has a structure of one member: `{"Value": true}`, `{"Quantity", "Items"}`."""
        members = shape.members
        if len(members) == 1:
            ((name, member),) = members.items()
            return {name: self.translate(member, value, path)}
        self.problems.append(Problem(path, f"AWS wants a {shape.name} ({', '.join(members)}), not {value!r}"))
        return None

    def _scalar(self, shape: Shape, value: Any, path: str) -> Any:
        converted = _converted(shape.type_name, value)
        if isinstance(converted, str):
            self.problems.extend(Problem(path, reason) for reason in _text_problems(shape, converted))
        return converted

    def _is_known(self, item: Any, name: str) -> bool:
        if item == UNKNOWN:
            self.unknown.add(name)
            return False
        return True


def by_lower_name(shape: Shape) -> Mapping[str, str]:
    """The members of a structure by their names in lower case."""
    return _by_lower_name(shape) if is_structure(shape) else {}


def member_named(members: Mapping[str, str], key: str) -> str | None:
    """The member that a property means: the same word whatever its letter case, singular or plural."""
    lower = key.lower()
    candidates = (lower, lower.removesuffix("s"), f"{lower}s", re.sub("ies$", "y", lower))
    return next((members[candidate] for candidate in candidates if candidate in members), None)


@cache
def _by_lower_name(shape: Shape) -> dict[str, str]:
    return {name.lower(): name for name in shape.members}


def _converted(kind: str, value: Any) -> Any:
    """Terraform's numbers in strings and strings in numbers, as the shape's type wants them."""
    if kind in ("integer", "long") and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "blob" and isinstance(value, str):
        return value.encode()
    return value


def _text_problems(shape: Shape, text: str) -> list[str]:
    allowed, longest, pattern = shape.metadata.get("enum"), shape.metadata.get("max"), shape.metadata.get("pattern")
    if allowed and text not in allowed:
        return [f"{text!r} is not one of {', '.join(allowed)}"]
    if longest is not None and len(text) > longest:
        return [f"{text!r} is {len(text)} characters long; at most {longest} are allowed"]
    if pattern and (compiled := _compiled(pattern)) and not compiled.search(text):
        return [f"{text!r} does not match {pattern}"]
    return []


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for the few patterns that are Java's alone."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
