"""What differs between two sets of inputs, path by path, with what makes no difference folded."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.state.properties import canonical, is_secret, is_unknown

MISSING = "—"
_NAMES = ("name", "Sid", "sid", "key", "key_", "id", "containerPort")
_ORDERED = {"args", "command", "steps"}


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One property as it was and as it will be, as texts for a reader: `—` where there is none."""

    path: str
    before: str
    after: str
    forces: bool = False
    """Whether it is what makes the change a replacement."""


def differences(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Paths with both values, None for none; order counts only where it means something."""
    before, after = _opened(before), _opened(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not (is_secret(before) or is_secret(after)):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_differences(before, after, path)
    elif canonical(before) != canonical(after):
        yield path, before, after


def _list_differences(before: list[Any], after: list[Any], path: str) -> Iterator[tuple[str, Any, Any]]:
    by_name = [_named(each) for each in (before, after)]
    if by_name[0] is not None and by_name[1] is not None:
        for name in sorted(by_name[0].keys() | by_name[1].keys()):
            yield from differences(by_name[0].get(name), by_name[1].get(name), f"{path}[{name}]")
        return
    olds, news = ([canonical(_opened(each)) for each in values] for values in (before, after))
    if sorted(olds) == sorted(news) and path.rpartition(".")[2] not in _ORDERED:
        return
    gone = [each for each, text in zip(before, olds, strict=True) if text not in news]
    come = [each for each, text in zip(after, news, strict=True) if text not in olds]
    if len(gone) == len(come) == 1 and isinstance(gone[0], dict) and isinstance(come[0], dict):
        yield from differences(gone[0], come[0], f"{path}[{before.index(gone[0])}]")
    elif olds != news:
        yield path, before, after


def _named(values: list[Any]) -> dict[str, Any] | None:
    """The elements by the name that each has of its own."""
    for key in _NAMES:
        names = [value[key] for value in values if isinstance(value, dict) and isinstance(value.get(key), str | int)]
        if names and len(names) == len(values) == len(set(names)):
            return dict(zip(map(str, names), values, strict=True))
    return {} if not values else None


def _opened(value: Any) -> Any:
    """A JSON document as what it holds."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def shown(value: Any) -> str:
    """A value on one line: secrets and unknowns as such."""
    if value is None:
        return MISSING
    if is_secret(value):
        return "[secret]"
    if isinstance(value, str):
        return "[unknown]" if is_unknown(value) else value.replace("⟨", "[").replace("⟩", "]")
    return json.dumps(_told(value), ensure_ascii=False).replace("⟨", "[").replace("⟩", "]")


def _told(value: Any) -> Any:
    if is_secret(value):
        return "[secret]"
    if is_unknown(value):
        return "[unknown]"
    if isinstance(value, Mapping):
        return {key: _told(each) for key, each in sorted(value.items())}
    return [_told(each) for each in value] if isinstance(value, list) else value
