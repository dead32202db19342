"""Property values, there and back."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.properties import from_struct, is_known, to_struct

SCALARS = st.one_of(
    st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=8
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), VALUES))
def test_values_come_back_as_they_were(value: dict) -> None:
    assert from_struct(to_struct(value)) == value


@settings(max_examples=30, deadline=None)
@given(st.integers(-(2**53), 2**53))
def test_whole_numbers_come_back_as_integers(number: int) -> None:
    assert type(from_struct(to_struct({"n": number}))["n"]) is int


def test_null_members_are_absent() -> None:
    assert from_struct(to_struct({"a": None, "b": {"c": None}})) == {"b": {}}


def test_an_unknown_anywhere_makes_the_whole_unknown() -> None:
    assert is_known({"a": [1, {"b": "x"}]})
    assert not is_known({"a": [1, {"b": UNKNOWN}]})
