"""The detailed diff, as Pulumi wants it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2

from sandbox.providers.difference import Change, changes, diff_response, top_level

KIND = provider_pb2.PropertyDiff.Kind
VALUES = st.recursive(
    st.one_of(st.integers(), st.text(max_size=3), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(min_size=1, max_size=3), inner)),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(min_size=1, max_size=3), VALUES, max_size=3)


@settings(max_examples=30, deadline=None)
@given(OBJECTS)
def test_a_value_does_not_differ_from_itself(value: dict[str, Any]) -> None:
    assert list(changes(value, value)) == []


@settings(max_examples=30, deadline=None)
@given(OBJECTS, OBJECTS)
def test_values_differ_exactly_where_they_are_not_equal(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert bool(list(changes(old, new))) == (old != new)


@settings(max_examples=30, deadline=None)
@given(OBJECTS, OBJECTS)
def test_what_was_added_is_removed_on_the_way_back(old: dict[str, Any], new: dict[str, Any]) -> None:
    opposite = {Change.ADD: Change.DELETE, Change.DELETE: Change.ADD, Change.UPDATE: Change.UPDATE}
    assert sorted(changes(new, old)) == sorted((path, opposite[change]) for path, change in changes(old, new))


def test_paths_are_written_as_pulumi_writes_them() -> None:
    old = {"spec": {"ports": [{"name": "a"}], "labels": {"app.io/name": "x"}}}
    new = {"spec": {"ports": [{"name": "b"}, {"name": "c"}], "labels": {}}}
    assert dict(changes(old, new)) == {
        "spec.ports[0].name": Change.UPDATE,
        "spec.ports[1]": Change.ADD,
        'spec.labels["app.io/name"]': Change.DELETE,
    }


def test_the_property_a_path_starts_at() -> None:
    assert [top_level(path) for path in ("name", "spec.ports[0].name", "rules[0]")] == ["name", "spec", "rules"]


def test_a_path_that_forces_a_replacement_covers_what_is_under_it() -> None:
    response = diff_response(
        {"spec": {"selector": {"app": "a"}, "replicas": 1}},
        {"spec": {"selector": {"app": "b"}, "replicas": 2}},
        replaces=["spec.selector"],
        delete_before_replace=True,
    )
    assert response.detailedDiff["spec.selector.app"].kind == KIND.UPDATE_REPLACE
    assert response.detailedDiff["spec.replicas"].kind == KIND.UPDATE
    assert list(response.replaces) == list(response.diffs) == ["spec"]
    assert response.deleteBeforeReplace


def test_nothing_is_deleted_first_where_nothing_is_replaced() -> None:
    response = diff_response({"a": 1}, {"a": 2}, replaces=["ab"], delete_before_replace=True)
    assert list(response.replaces) == []
    assert not response.deleteBeforeReplace
