import copy

import pytest

from sandbox.state.paths import covers, parse, reset
from sandbox.state.properties import Properties, secret


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("tags", ["tags"]),
        ("tags.Name", ["tags", "Name"]),
        ('rules[0]["from-port"]', ["rules", 0, "from-port"]),
        ("spec.*", ["spec", "*"]),
        ("list[*].name", ["list", "*", "name"]),
    ],
)
def test_a_path_is_read_step_by_step(path: str, steps: list[str | int]) -> None:
    assert parse(path) == steps


@pytest.mark.parametrize(
    ("path", "other", "covered"),
    [("a", "a", True), ("a", "a.b[0]", True), ("a.b", "a", False), ("*", "a", True), ("a[*].b", "a[3].b.c", True)],
)
def test_a_path_covers_what_lies_below_it(path: str, other: str, covered: bool) -> None:
    assert covers(path, other) is covered


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("a", {"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}),
        ("a", {"a": 1}, {}, {"a": 1}),
        ("a", {}, {"a": 2}, {}),
        ("a.b", {"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 2}}, {"a": {"b": 1, "c": 2}}),
        ("a[1]", {"a": [1, 1]}, {"a": [2, 2, 2]}, {"a": [2, 1, 2]}),
        ("a[5]", {"a": [1]}, {"a": [2]}, {"a": [2]}),
        ("a[*].b", {"a": [{"b": 1}, {"b": 1}]}, {"a": [{"b": 2, "c": 2}]}, {"a": [{"b": 1, "c": 2}]}),
        ("a.*", {"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "d": 2}}, {"a": {"b": 1, "c": 1}}),
        ("a.b", {"a": secret({"b": 1})}, {"a": secret({"b": 2})}, {"a": secret({"b": 1})}),
        ("a.b", {"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    ],
)
def test_an_ignored_property_is_set_back(path: str, old: Properties, new: Properties, expected: Properties) -> None:
    changed = copy.deepcopy(new)
    reset(path, old=old, new=changed)
    assert changed == expected
