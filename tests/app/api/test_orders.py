import json

import httpx
import pytest

from app.api import orders
from tests.app.api.conftest import Shop
from tests.harness.measured import Measured

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


def pointers(response: httpx.Response) -> list[str]:
    return sorted(fault["pointer"] for fault in response.json()["errors"])


async def test_an_order_is_created_with_its_address(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json=PAIR)
    assert response.status_code == 201
    order_id = response.json()["order_id"]
    assert response.json() == {"order_id": order_id, "status": "confirmed"}
    assert response.headers["location"] == f"{ORDERS}/{order_id}"
    assert (await shop.client.get(response.headers["location"])).json()["order_id"] == order_id


async def test_every_broken_rule_is_told_at_once(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json={"product_id": "boots", "size": 16, "quantity": 0, "gift": True})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "invalid_request"
    assert pointers(response) == ["/gift", "/product_id", "/quantity", "/size"]


async def test_a_missing_field_is_told_with_the_others(shop: Shop) -> None:
    assert pointers(await shop.client.post(ORDERS, json={"size": 0})) == ["/product_id", "/quantity", "/size"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": "9"},
        {"size": 9.0},
        {"size": 9.5},
        {"size": True},
        {"size": None},
        {"size": 10**30},
        {"quantity": -1},
        {"quantity": 101},
        {"quantity": [1]},
        {"product_id": 1},
        {"product_id": ""},
        {"product_id": "Jordan 1"},
        {"product_id": "jordan-1\u0000"},
        {"product_id": "j" * 65},
        {"product_id": "\u202e1-nadroj"},
    ],
)
async def test_a_field_of_the_wrong_type_or_range_is_refused(shop: Shop, wrong: dict[str, object]) -> None:
    response = await shop.client.post(ORDERS, json={**PAIR, **wrong})
    assert (response.status_code, pointers(response)) == (422, [f"/{next(iter(wrong))}"])
    assert shop.orders.left[9] == 2


@pytest.mark.parametrize(("body", "pointer"), [("[]", ""), ("null", ""), ('"x"', ""), ("1", "")])
async def test_a_body_that_is_no_object_is_refused(shop: Shop, body: str, pointer: str) -> None:
    response = await shop.client.post(ORDERS, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, pointers(response)) == (422, [pointer])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'size': 9}", b"\xff\xfe", b'{"size": NaN', b'{"product_id": "\\ud800"}', b"[" * 900],
)
async def test_what_is_not_json_is_malformed(shop: Shop, body: bytes) -> None:
    response = await shop.client.post(ORDERS, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/json; charset=latin-1", "multipart/form-data", None]
)
async def test_another_media_type_is_refused(shop: Shop, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await shop.client.post(ORDERS, content=json.dumps(PAIR), headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"'])
async def test_utf_8_may_be_said(shop: Shop, content_type: str) -> None:
    response = await shop.client.post(ORDERS, content=json.dumps(PAIR), headers={"content-type": content_type})
    assert response.status_code == 201


async def test_a_body_that_is_too_long_is_refused(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json={**PAIR, "product_id": "j" * 20_000})
    assert (response.status_code, response.headers["content-type"]) == (413, "application/problem+json")


async def test_a_body_that_is_too_long_and_does_not_say_so_is_refused(shop: Shop) -> None:
    async def chunks():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b" " * 500

    response = await shop.client.post(ORDERS, content=chunks(), headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic c2FyYWg6", "Bearer x.y.z"])
async def test_without_a_valid_token_nobody_is_served(shop: Shop, authorization: str | None) -> None:
    shop.client.headers.pop("authorization")
    headers = {} if authorization is None else {"authorization": authorization}
    response = await shop.client.post(ORDERS, json=PAIR, headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_for_reading_may_not_order(shop: Shop) -> None:
    response = await shop.client.post(ORDERS, json=PAIR, headers=shop.bearer(scope="orders-api/orders:read"))
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


async def test_the_last_pair_is_not_sold_twice(shop: Shop) -> None:
    assert (await shop.client.post(ORDERS, json={**PAIR, "quantity": 2})).status_code == 201
    response = await shop.client.post(ORDERS, json=PAIR, headers=shop.bearer("max"))
    assert (response.status_code, response.json()["code"]) == (409, "out_of_stock")


async def test_the_same_idempotency_key_gives_the_same_answer(shop: Shop) -> None:
    first = await shop.client.post(ORDERS, json=PAIR, headers={"idempotency-key": "k1"})
    again = await shop.client.post(ORDERS, json=PAIR, headers={"idempotency-key": "k1"})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert shop.orders.left[9] == 1


async def test_an_idempotency_key_with_another_body_is_refused(shop: Shop) -> None:
    await shop.client.post(ORDERS, json=PAIR, headers={"idempotency-key": "k1"})
    response = await shop.client.post(ORDERS, json={**PAIR, "quantity": 2}, headers={"idempotency-key": "k1"})
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "with space", "k" * 129, "sch\xf6n"])
async def test_a_malformed_idempotency_key_is_refused(shop: Shop, key: str) -> None:
    response = await shop.client.post(ORDERS, json=PAIR, headers={"idempotency-key": key.encode("latin-1")})  # type: ignore[dict-item]
    assert (response.status_code, response.json()["code"]) == (400, "malformed_request")


async def test_a_dead_database_is_told_at_once_with_when_to_try_again(shop: Shop) -> None:
    shop.orders.away = True
    response = await shop.client.post(ORDERS, json=PAIR)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["code"] == "unavailable"


async def test_only_the_owner_and_staff_see_an_order(shop: Shop) -> None:
    address = (await shop.client.post(ORDERS, json=PAIR)).headers["location"]
    assert (await shop.client.get(address)).status_code == 200
    assert (await shop.client.get(address, headers=shop.bearer("max"))).status_code == 404
    support = shop.bearer("kim", groups=["support"])
    assert (await shop.client.get(address, headers=support)).status_code == 200


async def test_an_order_that_did_not_change_is_not_sent_again(shop: Shop) -> None:
    address = (await shop.client.post(ORDERS, json=PAIR)).headers["location"]
    first = await shop.client.get(address)
    again = await shop.client.get(address, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_an_order_that_does_not_exist_is_not_found(shop: Shop) -> None:
    response = await shop.client.get(f"{ORDERS}/ord_none")
    assert (response.status_code, response.json()["code"]) == (404, "order_not_found")


async def test_orders_are_counted_as_created_or_by_why_they_were_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = Measured(monkeypatch)
    meter = measured.metering.get_meter("orders")
    monkeypatch.setattr(orders, "orders_created", meter.create_counter("orders_created"))
    monkeypatch.setattr(orders, "orders_refused", meter.create_counter("orders_refused"))
    for quantity in (1, 1, 1, 0):
        await shop.client.post(ORDERS, json={**PAIR, "quantity": quantity})
    assert measured.values("orders_created") == {(): 2}
    assert measured.values("orders_refused") == {("out_of_stock",): 1}
