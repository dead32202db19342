"""What AWS refuses in an argument: held to a table, while the program is built, on any engine.

`infra/limits/arguments.json` is made by `python -m tests.infra.limits` from botocore's service models, CloudFormation's
schemas and, for what neither says, `infra/limits/by_hand.json` with the source of each row.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pulumi

FOLDER = Path(__file__).resolve().parent.parent / "limits"
MOST_TAGS = 50
_RESERVED = "aws:"
_TAG_KEY = r"^[\w .:/=+@-]{1,128}$"
_TAG_VALUE = r"^[\w .:/=+@-]{0,256}$"
_LONGEST_SHOWN = 80
RANDOM_ENDING = "-0000000"
"""As long as what Pulumi puts behind a resource's name to make a physical one: a hyphen and seven hex digits.

https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""


class LimitError(ValueError):
    """An argument that AWS would refuse; its value was not known while the program was built."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What one argument takes; of a list or a map, each of its values. What is left out is not limited."""

    one_of: Sequence[str | int] = ()
    pattern: str = ""
    shortest: int | None = None
    longest: int | None = None
    longest_unspaced: int | None = None
    """In characters that are no white space, which IAM does not count."""
    least: float | None = None
    most: float | None = None
    fewest_items: int | None = None
    most_items: int | None = None
    named_after: str | None = None
    """What Pulumi puts before the resource's name to make this argument where it is left out; None, it makes none."""

    def objections(self, value: Any) -> Iterator[str]:
        """`given …; allowed are …` for what is wrong with the value. What is not known yet is not looked at."""
        if _is_list(value):
            yield from self._count(len(value))
        if isinstance(value, Mapping) or _is_list(value):
            for each in value.values() if isinstance(value, Mapping) else value:
                yield from self.objections(each)
        elif isinstance(value, str | int | float):
            plain = value.value if isinstance(value, Enum) else value
            yield from (f"given {_shown(plain)}; allowed {allowed}" for allowed in self._allowed(plain))

    def only_of_length(self) -> "Limit":
        """The same without what a stand-in for an id could miss: the length of a text."""
        return Limit(longest=self.longest, longest_unspaced=self.longest_unspaced)

    def _count(self, count: int) -> Iterator[str]:
        low, high = self.fewest_items or 0, self.most_items
        if count < low or (high is not None and count > high):
            yield f"given {count} of them; allowed are {_range(low, high)}"

    def _allowed(self, value: str | float) -> Iterator[str]:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if self.one_of and text not in map(str, self.one_of):
            yield f"are {', '.join(map(str, self.one_of))}"
        if not (self.shortest or 0) <= len(text) <= (len(text) if self.longest is None else self.longest):
            yield f"are {_range(self.shortest or 0, self.longest)} characters, not {len(text)}"
        if self.longest_unspaced is not None and (length := len("".join(text.split()))) > self.longest_unspaced:
            yield f"are at most {self.longest_unspaced} characters that are no white space, not {length}"
        if self.pattern and not _compiled(self.pattern).search(text):
            yield f"is what matches {self.pattern}"
        number = _number(value)
        if number is not None and not _between(number, self.least, self.most):
            yield f"are {_range(self.least, self.most)}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Collects what AWS would refuse of the resources of one program."""

    problems: list[str] = field(default_factory=list)
    default_tags: Mapping[str, str] = field(default_factory=dict)
    """What the provider adds to each resource's own tags."""

    def apply(self, args: pulumi.ResourceTransformationArgs) -> None:
        """For `pulumi.runtime.register_stack_transformation`; changes nothing."""
        if args.type_.startswith("aws:"):
            subject = f"{args.type_} {args.name}"
            objections = self._objections(subject, args.type_, args.name, args.props)
            self.problems.extend(f"{subject}: {each}" for each in objections)

    def _objections(self, subject: str, type_: str, name: str, properties: Mapping[str, Any]) -> Iterator[str]:
        for path, limit in arguments().get(type_, {}).items():
            for value in _at(properties, path.split(".")):
                if isinstance(value, pulumi.Output):
                    _judge_later(subject, path, limit, value)
                else:
                    yield from (f"{path} {each}" for each in limit.objections(value))
            if limit.named_after is not None and all(properties.get(each) is None for each in (path, f"{path}_prefix")):
                made = f"{limit.named_after}{name}{RANDOM_ENDING}"
                yield from (f"{path}, which Pulumi makes of the name, {each}" for each in limit.objections(made))
        tags = properties.get("tags")
        if isinstance(tags, Mapping):
            yield from (f"tags {each}" for each in tag_objections({**self.default_tags, **tags}))


@cache
def arguments() -> Mapping[str, Mapping[str, Limit]]:
    """The limits of each type's arguments, named as the SDK's constructors name them, dotted where nested."""
    table = json.loads((FOLDER / "arguments.json").read_text(encoding="utf-8"))
    return {
        type_: {
            path: Limit(**{key: value for key, value in row.items() if key != "source"}) for path, row in rows.items()
        }
        for type_, rows in table.items()
    }


def tag_objections(tags: Mapping[str, Any]) -> Iterator[str]:
    """What AWS would refuse of a resource's tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html"""
    if len(tags) > MOST_TAGS:
        yield f"given {len(tags)} of them; allowed are 0 to {MOST_TAGS}"
    for key, value in tags.items():
        if not _compiled(_TAG_KEY).search(key) or key.lower().startswith(_RESERVED):
            yield f"given the key {_shown(key)}; allowed is what matches {_TAG_KEY} and does not begin with {_RESERVED}"
        if isinstance(value, str) and not _compiled(_TAG_VALUE).search(value):
            yield f"given {_shown(value)} for {key}; allowed is what matches {_TAG_VALUE}"


def _judge_later(subject: str, path: str, limit: Limit, output: pulumi.Output[Any]) -> None:
    by_length = limit.only_of_length()
    if by_length == Limit():
        return

    def judge(value: Any) -> None:
        for objection in by_length.objections(value):
            raise LimitError(f"{subject}: {path} {objection}")

    output.apply(judge)


def _at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """The values at a path, in each element of the lists on the way."""
    if value is None or not steps:
        yield from () if value is None else (value,)
    elif _is_list(value):
        for each in value:
            yield from _at(each, steps)
    elif not isinstance(value, pulumi.Output):
        members = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
        yield from _at(members.get(steps[0]), steps[1:])


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _number(value: str | float) -> float | None:
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else None
    return None if isinstance(value, bool) else value


def _between(number: float, least: float | None, most: float | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"at least {low:g}"
    return f"at most {high:.10g}" if low is None else f"{low:.10g} to {high:.10g}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
