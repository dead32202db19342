from datetime import datetime, timedelta

import httpx
import pytest

from app.api.order_list import cursor_of, place_of
from app.domain.order_list import Place
from tests.app.api.conftest import Shop
from tests.harness.memory import NOON, order

ORDERS = "/api/v2/orders"


def fill(shop: Shop, count: int = 5, customer_id: str = "sarah_123") -> list[str]:
    """Orders of one customer, an hour apart, two of them at one moment; their ids, oldest first."""
    ids = [f"ord_{number:032x}" for number in range(count)]
    for number, order_id in enumerate(ids):
        created_at = NOON + timedelta(hours=min(number, count - 2))
        shop.orders.orders[order_id] = order(order_id, customer_id, created_at=created_at)
    return ids


def ids_of(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [found["order_id"] for found in response.json()["orders"]]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 100])
async def test_pages_followed_to_the_end_hold_every_order_once_newest_first(shop: Shop, limit: int) -> None:
    expected = fill(shop)[::-1]
    response = await shop.client.get(ORDERS, params={"limit": limit})
    found = ids_of(response)
    while (cursor := response.json()["next_cursor"]) is not None:
        response = await shop.client.get(ORDERS, params={"limit": limit, "cursor": cursor})
        found += ids_of(response)
    assert found == expected
    assert "link" not in response.headers


async def test_the_next_page_is_linked_with_the_same_filters(shop: Shop) -> None:
    ids = fill(shop)
    first = await shop.client.get(ORDERS, params={"limit": 2, "sort": "created_at"})
    following = await shop.client.get(first.links["next"]["url"])
    assert ids_of(first) + ids_of(following) == ids[:4]


async def test_an_order_placed_meanwhile_neither_repeats_nor_hides_one(shop: Shop) -> None:
    ids = fill(shop)
    first = await shop.client.get(ORDERS, params={"limit": 3})
    newest = "ord_" + "f" * 32
    shop.orders.orders[newest] = order(newest, created_at=NOON + timedelta(days=1))
    second = await shop.client.get(ORDERS, params={"cursor": first.json()["next_cursor"]})
    assert ids_of(first) + ids_of(second) == ids[::-1]


async def test_orders_are_filtered_by_status_and_time(shop: Shop) -> None:
    ids = fill(shop)
    await shop.client.post(f"{ORDERS}/{ids[1]}/cancel")
    cancelled = await shop.client.get(ORDERS, params={"status": "cancelled"})
    either = await shop.client.get(ORDERS, params={"status": ["cancelled", "confirmed"]})
    between = {"created_from": "2026-01-01T13:00:00Z", "created_before": "2026-01-01T17:00:00+02:00"}
    assert (ids_of(cancelled), len(ids_of(either))) == ([ids[1]], 5)
    assert ids_of(await shop.client.get(ORDERS, params=between)) == [ids[2], ids[1]]


async def test_customers_list_their_own_orders_and_staff_anyones(shop: Shop) -> None:
    ids = fill(shop)
    assert ids_of(await shop.client.get(ORDERS, headers=shop.bearer("max"))) == []
    asked = {"customer_id": "sarah_123"}
    refused = await shop.client.get(ORDERS, params=asked, headers=shop.bearer("max"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    seen = await shop.client.get(ORDERS, params=asked, headers=shop.bearer("kim", groups=["support"]))
    assert ids_of(seen) == ids[::-1]


async def test_a_page_that_did_not_change_is_not_sent_again(shop: Shop) -> None:
    fill(shop)
    first = await shop.client.get(ORDERS)
    again = await shop.client.get(ORDERS, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_every_wrong_parameter_is_told_at_once(shop: Shop) -> None:
    wrong = {"limit": 0, "status": "lost", "sort": "price", "created_from": "5", "created_before": "yesterday", "x": 1}
    response = await shop.client.get(ORDERS, params=wrong)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert {fault["parameter"] for fault in response.json()["errors"]} == set(wrong)
    assert all("pointer" not in fault for fault in response.json()["errors"])


@pytest.mark.parametrize(
    "moment", ["2026-01-01T12:00:00", "2026-01-01", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "1767225600"]
)
async def test_a_moment_without_offset_or_out_of_the_calendar_is_refused(shop: Shop, moment: str) -> None:
    response = await shop.client.get(ORDERS, params={"created_from": moment})
    assert response.status_code == 422


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_moment_at_the_end_of_the_calendar_is_taken(shop: Shop, moment: str) -> None:
    response = await shop.client.get(ORDERS, params={"created_from": moment, "created_before": moment})
    assert ids_of(response) == []


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "\x00", "AAAA", "e30=", cursor_of(Place(created_at=datetime(2026, 1, 1), order_id="a")), "A" * 201],
)
async def test_a_made_up_cursor_is_refused(shop: Shop, cursor: str) -> None:
    response = await shop.client.get(ORDERS, params={"cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "cursor")


def test_a_cursor_is_read_as_it_was_written() -> None:
    place = Place(created_at=NOON + timedelta(microseconds=1), order_id="ord_a")
    assert place_of(cursor_of(place)) == place


async def test_without_the_read_scope_nothing_is_listed(shop: Shop) -> None:
    response = await shop.client.get(ORDERS, headers=shop.bearer(scope="orders-api/orders:write"))
    assert response.status_code == 403
