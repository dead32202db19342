import re

import pytest

from app.domain.order import OrderRequest, new_order_id


def test_order_ids_are_distinct_and_made_of_a_prefix_and_32_hex_digits() -> None:
    ids = {new_order_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(re.fullmatch(r"ord_[0-9a-f]{32}", order_id) for order_id in ids)


@pytest.mark.parametrize("size", [1, 15])
def test_the_smallest_and_the_largest_size_are_allowed(size: int) -> None:
    assert OrderRequest(product_id="jordan-1", size=size, quantity=1).size == size


@pytest.mark.parametrize("size", [0, 16])
def test_a_size_that_is_not_made_is_refused_with_what_is_allowed(size: int) -> None:
    with pytest.raises(ValueError, match=f"size is {size}, allowed are 1 to 15"):
        OrderRequest(product_id="jordan-1", size=size, quantity=1)


@pytest.mark.parametrize("quantity", [0, 101])
def test_a_quantity_out_of_range_is_refused_with_what_is_allowed(quantity: int) -> None:
    with pytest.raises(ValueError, match=f"quantity is {quantity}, allowed are 1 to 100"):
        OrderRequest(product_id="jordan-1", size=9, quantity=quantity)


def test_equal_requests_have_equal_fingerprints_and_others_do_not() -> None:
    request = OrderRequest(product_id="jordan-1", size=9, quantity=1)
    assert request.fingerprint() == OrderRequest(product_id="jordan-1", size=9, quantity=1).fingerprint()
    assert request.fingerprint() != OrderRequest(product_id="jordan-1", size=9, quantity=2).fingerprint()
