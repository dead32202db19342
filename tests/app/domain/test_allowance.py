import pytest

from app.domain.allowance import Allowance


@pytest.mark.parametrize(("used", "remaining", "granted"), [(1, 2, True), (3, 0, True), (4, 0, False), (90, 0, False)])
def test_the_limit_itself_is_still_granted(used: int, remaining: int, granted: bool) -> None:
    allowance = Allowance.after(used, limit=3, reset_seconds=10)
    assert (allowance.remaining, allowance.granted, allowance.limit, allowance.reset_seconds) == (
        remaining,
        granted,
        3,
        10,
    )
