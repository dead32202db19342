"""Whether enough mutants are killed."""

from tests.policies.mutants import KILLED, LIVING, verdict

NONE: dict[str, int] = dict.fromkeys((*KILLED, *LIVING, "total"), 0)


def test_nine_in_ten_of_what_was_tried_is_enough() -> None:
    figures = {**NONE, "killed": 88, "timeout": 2, "survived": 10, "total": 150}
    assert verdict(figures) == ("90 of 100 mutants killed, 90.0 %, at least 90 %\n", True)


def test_a_mutant_that_no_test_reaches_lives() -> None:
    _, enough = verdict({**NONE, "killed": 89, "no_tests": 11, "total": 100})
    assert not enough


def test_nothing_tried_is_not_enough() -> None:
    assert verdict(NONE) == ("0 of 0 mutants killed, 0.0 %, at least 90 %\n", False)
