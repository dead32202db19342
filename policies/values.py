"""Reading resource properties of which some are not known before deployment."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi.output import Unknown

Properties = Mapping[str, Any]
"""Properties as they travel: camelCase keys, numbers as floats, `Unknown` where only a deployment tells."""


class UnknownValueError(Exception):
    """Raised on reading a value that only a deployment can tell; `path` names the property."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path or 'a value'} is not known before deployment")
        self.path = path


def known(value: Any, path: str = "") -> Any:
    """The value itself; raises `UnknownValueError` when it is not known yet."""
    if isinstance(value, Unknown):
        raise UnknownValueError(path)
    return value


def read(properties: Any, path: str) -> Any:
    """The value at a dotted path, `None` where any part of the path is missing; raises `UnknownValueError`."""
    value = known(properties, path)
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = known(value.get(key), path)
    return value


def read_list(properties: Any, path: str) -> list[Any]:
    """The list at a dotted path, empty where missing; its items may be unknown, the list itself may not."""
    value = read(properties, path)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def some(values: Iterable[Any], holds: Callable[[Any], bool]) -> bool:
    """Whether a known value satisfies; raises `UnknownValueError` when only an unknown one could."""
    return _decide(values, holds, decisive=True)


def every(values: Iterable[Any], holds: Callable[[Any], bool]) -> bool:
    """Whether all values satisfy; one known that does not decides, else an unknown one raises."""
    return _decide(values, holds, decisive=False)


def _decide(values: Iterable[Any], holds: Callable[[Any], bool], *, decisive: bool) -> bool:
    undecided: UnknownValueError | None = None
    for value in values:
        try:
            if holds(known(value)) is decisive:
                return decisive
        except UnknownValueError as unknown:
            undecided = unknown
    if undecided:
        raise undecided
    return not decisive


def shown(value: Any) -> str:
    """A value as a message shows it: nothing in words, booleans as Pulumi spells them, whole numbers whole."""
    if value is None:
        return "not set"
    if value == "":
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."
