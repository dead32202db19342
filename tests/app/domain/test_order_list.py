from datetime import UTC, datetime

import pytest

from app.domain.order_list import EARLIEST, LATEST, OrderQuery, OrderSort, Place, page_of
from tests.harness.memory import order

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEEN = Place(created_at=NOON, order_id="ord_b")


def test_a_query_without_bounds_spans_every_moment() -> None:
    first, last = OrderQuery(customer_id="sarah_123").bounds()
    assert (first.created_at, last.created_at) == (EARLIEST, LATEST)


def test_going_on_newest_first_lowers_the_upper_bound() -> None:
    first, last = OrderQuery(customer_id="sarah_123", created_from=NOON, after=SEEN).bounds()
    assert (first, last) == (Place(created_at=NOON, order_id=""), SEEN)


def test_going_on_oldest_first_raises_the_lower_bound() -> None:
    query = OrderQuery(customer_id="sarah_123", sort=OrderSort.OLDEST_FIRST, created_before=LATEST, after=SEEN)
    assert query.bounds() == (SEEN, Place(created_at=LATEST, order_id=""))


def test_a_place_beyond_what_was_asked_for_widens_nothing() -> None:
    query = OrderQuery(customer_id="sarah_123", created_before=EARLIEST, after=SEEN)
    assert query.bounds()[1].created_at == EARLIEST


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_of_another_size_than_allowed_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match=f"limit is {limit}, allowed are 1 to 100"):
        OrderQuery(customer_id="sarah_123", limit=limit)


def test_the_last_page_leads_nowhere() -> None:
    assert page_of([order("a"), order("b")], limit=2).next is None


def test_a_page_with_more_behind_it_leads_on_from_its_last_order() -> None:
    page = page_of([order("a"), order("b"), order("c")], limit=2)
    assert [found.id for found in page.orders] == ["a", "b"]
    assert page.next == Place(created_at=page.orders[-1].created_at, order_id="b")
