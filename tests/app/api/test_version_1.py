from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from tests.app.api.conftest import Shop

ORDERS = "/api/v1/orders"
PAIR = {"product_id": "jordan-1", "size": 9}


async def test_the_old_version_still_orders_one_pair_in_its_own_words(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json=PAIR)
    order_id = response.json()["id"]
    assert (response.status_code, response.json()) == (201, {"id": order_id, "state": "confirmed"})
    assert response.headers["location"] == f"{ORDERS}/{order_id}"
    assert (await shop.client.get(response.headers["location"])).json() == response.json()
    assert shop.orders.left[9] == 1


async def test_a_quantity_is_a_word_of_the_new_version_only(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json={**PAIR, "quantity": 2})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/quantity")


async def test_an_order_of_the_old_version_is_one_of_the_new_one(shop: Shop) -> None:
    order_id = (await shop.client.post(ORDERS, json=PAIR)).json()["id"]
    assert (await shop.client.get(f"/api/v2/orders/{order_id}")).json()["quantity"] == 1


@pytest.mark.parametrize(("path", "status"), [("/ord_none", 404), ("", 405), ("/nowhere/else", 404)])
async def test_every_answer_of_the_old_version_says_when_it_ends(shop: Shop, path: str, status: int) -> None:
    response = await shop.client.get(f"{ORDERS}{path}")
    assert response.status_code == status
    since = datetime.fromtimestamp(int(response.headers["deprecation"].removeprefix("@")), UTC)
    assert response.headers["deprecation"].startswith("@")
    assert since < parsedate_to_datetime(response.headers["sunset"])
    assert response.links["successor-version"]["url"] == "/api/v2/orders"


async def test_the_new_version_is_not_deprecated(shop: Shop) -> None:
    headers = (await shop.client.get("/api/v2/orders")).headers
    assert not {"deprecation", "sunset"} & set(headers)


async def test_the_document_marks_the_old_version_and_nothing_else(shop: Shop) -> None:
    paths = shop.api.openapi()["paths"]
    marked = {path for path, item in paths.items() if all(each.get("deprecated") for each in item.values())}
    assert marked == {ORDERS, ORDERS + "/{order_id}"}
