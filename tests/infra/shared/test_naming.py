import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infra.shared.naming import NameLimit, content_name, physical_name

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=80)
names = st.lists(words, min_size=1, max_size=4)
limits = st.sampled_from(NameLimit)


@given(names, limits)
def test_a_name_never_exceeds_its_limit(parts: list[str], limit: NameLimit) -> None:
    assert len(physical_name(*parts, limit=limit)) <= limit


@given(names, limits)
def test_a_name_never_ends_or_begins_with_a_hyphen_and_never_has_two(parts: list[str], limit: NameLimit) -> None:
    name = physical_name(*parts, limit=limit)
    assert name.strip("-") == name
    assert "--" not in name


@given(names, names, limits)
def test_two_names_stay_two_when_they_are_cut(one: list[str], other: list[str], limit: NameLimit) -> None:
    assume("-".join(one) != "-".join(other))
    assert physical_name(*one, limit=limit) != physical_name(*other, limit=limit)


def test_a_name_that_fits_is_left_alone() -> None:
    assert physical_name("fortress", "dev", "orders", limit=NameLimit.LOAD_BALANCER) == "fortress-dev-orders"


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(ValueError, match=r"non-empty parts, given \('fortress', ''\)"):
        physical_name("fortress", "", limit=NameLimit.IAM_ROLE)


@given(st.text(), st.text())
def test_a_content_name_changes_with_the_content_and_only_with_it(one: str, other: str) -> None:
    assert (content_name("orders", one) == content_name("orders", other)) == (one == other)
