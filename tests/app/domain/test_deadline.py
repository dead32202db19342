import pytest

from app.domain.deadline import deadline, remaining_seconds
from app.domain.errors import Unavailable


def test_without_a_deadline_a_call_has_its_own_limit() -> None:
    assert remaining_seconds(4) == 4


def test_a_call_gets_what_is_left_of_the_request() -> None:
    with deadline(1):
        assert 0 < remaining_seconds(4) <= 1
        assert remaining_seconds(0.001) == 0.001


def test_an_inner_deadline_cannot_outlast_the_outer_one() -> None:
    with deadline(1):
        with deadline(60):
            assert remaining_seconds(60) <= 1
        assert remaining_seconds(60) <= 1
    assert remaining_seconds(60) == 60


def test_after_the_end_nothing_is_called_any_more() -> None:
    with deadline(0), pytest.raises(Unavailable):
        remaining_seconds(4)
