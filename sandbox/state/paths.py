"""Property paths such as `tags.Name`, `rules[0]["from-port"]` and `spec.*`, as options of a resource use them."""

import re
from typing import Any

from sandbox.state.properties import Properties, is_secret

_STEP = re.compile(r'\.?(?P<name>[^.\[\]"]+)|\[(?P<index>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<all>\*)\]')
WILDCARD = "*"


def parse(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for match in _STEP.finditer(path):
        index = match["index"]
        steps.append(int(index) if index is not None else match["name"] or match["all"] or match["quoted"] or "")
    return steps


def covers(path: str, other: str) -> bool:
    """True when `other` is `path` itself or lies below it; `*` stands for any one step."""
    steps, others = parse(path), parse(other)
    return len(steps) <= len(others) and all(
        step in (WILDCARD, actual) for step, actual in zip(steps, others, strict=False)
    )


def reset(path: str, *, old: Properties, new: Properties) -> None:
    """Set what `path` names in `new` back to what it is in `old`; elements on one side only stay as they are."""
    _reset(parse(path), old, new)


def _reset(steps: list[str | int], old: Any, new: Any) -> None:
    old, new = (value["value"] if is_secret(value) else value for value in (old, new))
    step, rest = steps[0], steps[1:]
    if not isinstance(old, dict | list) or type(old) is not type(new):
        return
    keys: list[Any] = _keys(old, new, last=not rest) if step == WILDCARD else [step]
    for key in keys:
        if rest and _holds(old, key) and _holds(new, key):
            _reset(rest, old[key], new[key])
        elif not rest:
            _restore(key, old, new)


def _restore(key: Any, old: Any, new: Any) -> None:
    if isinstance(new, dict):
        if key in old:
            new[key] = old[key]
        else:
            new.pop(key, None)
    elif _holds(old, key) and _holds(new, key):
        new[key] = old[key]


def _keys(old: Any, new: Any, *, last: bool) -> list[Any]:
    if isinstance(old, dict):
        return list({**old, **new}) if last else [key for key in old if key in new]
    return list(range(min(len(old), len(new))))


def _holds(container: Any, key: Any) -> bool:
    return key in container if isinstance(container, dict) else isinstance(key, int) and key < len(container)
