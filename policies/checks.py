"""Checks that many rules share: each makes a pure function of properties and parameters."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from policies.rule import NOT_APPLICABLE, Check, Parameters, Remedy, Verdict, combine, decide, require
from policies.values import Properties, every, read, read_list, shown, some


def set_to(change: Mapping[str, Any]) -> Remedy:
    """The remedy that sets these properties, whatever they were."""
    return lambda _properties, _parameters: change


def equals(path: str, expected: Any, *, default: Any = None) -> Check:
    """The property is exactly this; `default` is what AWS or Kubernetes takes when it is left out."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        value = read(properties, path)
        found = default if value is None else value
        return require(found == expected, f"{path} is {shown(value)}, must be {shown(expected)}")

    return check


def differs(path: str, refused: Any) -> Check:
    """The property is anything but this."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        return require(read(properties, path) != refused, f"{path} is {shown(refused)}, which is refused")

    return check


def one_of(path: str, allowed: Collection[str] | str, *, default: str | None = None) -> Check:
    """The property is one of these, given in place or by the name of a parameter."""

    def check(properties: Properties, parameters: Parameters) -> Verdict:
        choices = parameters[allowed] if isinstance(allowed, str) else allowed
        value = read(properties, path)
        found = default if value is None else value
        return require(found in choices, f"{path} is {shown(value)}, must be one of {', '.join(choices)}")

    return check


def present(path: str) -> Check:
    """The property is set and not empty."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        return require(read(properties, path) not in (None, "", [], {}), f"{path} is not set")

    return check


def own_key(path: str) -> Check:
    """The property names a KMS key, and not one that AWS manages for all of an account's resources."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        key = read(properties, path)
        return require(bool(key) and "alias/aws/" not in key, f"{path} is {shown(key)}, must be a key of this stack")

    return check


def absent(path: str) -> Check:
    """The property is left out or empty."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        value = read(properties, path)
        return require(value in (None, "", [], {}), f"{path} is set, must be left out")

    return check


def at_least(path: str, minimum: int | str, *, default: int = 0) -> Check:
    """The number is no smaller than this, given in place or by the name of a parameter."""

    def check(properties: Properties, parameters: Parameters) -> Verdict:
        least = parameters[minimum] if isinstance(minimum, str) else minimum
        value = read(properties, path)
        found = default if value is None else float(value)
        return require(found >= least, f"{path} is {shown(value)}, must be at least {least}")

    return check


def includes(path: str, *names: str) -> Check:
    """The list holds all of these."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        values = read_list(properties, path)
        return combine(decide(_holds, path, values, name) for name in names)

    return check


def _holds(path: str, values: list[Any], name: str) -> Verdict:
    return require(some(values, lambda value: value == name), f"{path} lacks {name}")


def within(path: str, allowed: Collection[str]) -> Check:
    """The list holds nothing but these."""

    def check(properties: Properties, _: Parameters) -> Verdict:
        values = read_list(properties, path)
        return require(
            every(values, lambda value: value in allowed),
            f"{path} is {shown(values)}, may only hold {', '.join(allowed) or 'nothing'}",
        )

    return check


def each(path: str, check: Check) -> Check:
    """Every item of the list passes the check; an empty list has nothing to judge."""

    def over_items(properties: Properties, parameters: Parameters) -> Verdict:
        return combine(decide(check, item, parameters) for item in read_list(properties, path))

    return over_items


def every_of(*checks: Check) -> Check:
    """All of these pass, each judged for itself."""

    def check(properties: Properties, parameters: Parameters) -> Verdict:
        return combine(decide(one, properties, parameters) for one in checks)

    return check


def where(applies: Callable[[Properties], bool], check: Check) -> Check:
    """The check, only on resources or items to which it applies."""

    def conditional(properties: Properties, parameters: Parameters) -> Verdict:
        return check(properties, parameters) if applies(properties) else NOT_APPLICABLE

    return conditional


def when(parameter: str, check: Check) -> Check:
    """The check, only where the configuration switches this parameter on."""

    def conditional(properties: Properties, parameters: Parameters) -> Verdict:
        return check(properties, parameters) if parameters[parameter] else NOT_APPLICABLE

    return conditional
