from typing import Any

import pytest

from tests.app.api.conftest import Shop
from tests.harness.memory_webhooks import DELIVERY_ID

WEBHOOKS = "/api/v2/webhooks"
WISH = {"url": "https://warehouse.example/orders", "event_types": ["order.created", "order.cancelled"]}


async def made(shop: Shop) -> dict[str, Any]:
    response = await shop.client.post(WEBHOOKS, json=WISH)
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{WEBHOOKS}/{response.json()['webhook_id']}"
    return response.json()


async def test_the_secret_is_told_once(shop: Shop) -> None:
    webhook = await made(shop)
    assert webhook["secret"].startswith("whsec_")
    listed = await shop.client.get(WEBHOOKS)
    assert listed.json() == {"webhooks": [{name: webhook[name] for name in webhook if name != "secret"}]}


async def test_an_address_inside_is_refused_by_its_field(shop: Shop) -> None:
    response = await shop.client.post(WEBHOOKS, json={**WISH, "url": "https://inside/x"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/url")


async def test_a_repeated_request_makes_no_second_webhook(shop: Shop) -> None:
    await made(shop)
    again = await shop.client.post(WEBHOOKS, json=WISH)
    assert (again.status_code, again.json()["code"]) == (409, "webhook_refused")


async def test_deliveries_are_shown_with_their_fault_and_replayed(shop: Shop) -> None:
    address = f"{WEBHOOKS}/{(await made(shop))['webhook_id']}/deliveries"
    (delivery,) = (await shop.client.get(address)).json()["deliveries"]
    assert (delivery["status"], delivery["fault"], delivery["attempts"]) == ("failed", "answered with 500", 10)
    assert (await shop.client.post(f"{address}/{DELIVERY_ID}/replay")).status_code == 202
    (delivery,) = (await shop.client.get(address)).json()["deliveries"]
    assert (delivery["status"], delivery["attempts"]) == ("pending", 0)


async def test_a_removed_webhook_is_gone(shop: Shop) -> None:
    address = f"{WEBHOOKS}/{(await made(shop))['webhook_id']}"
    assert (await shop.client.delete(address)).status_code == 204
    assert (await shop.client.delete(address)).status_code == 404


async def test_anothers_webhook_is_not_found(shop: Shop) -> None:
    address = f"{WEBHOOKS}/{(await made(shop))['webhook_id']}"
    max_ = shop.bearer("max")
    answers = [
        await shop.client.delete(address, headers=max_),
        await shop.client.get(f"{address}/deliveries", headers=max_),
        await shop.client.post(f"{address}/deliveries/{DELIVERY_ID}/replay", headers=max_),
        await shop.client.get(f"{WEBHOOKS}/%00/deliveries"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "webhook_not_found")}
    assert (await shop.client.get(WEBHOOKS, headers=max_)).json() == {"webhooks": []}


@pytest.mark.parametrize("scope", ["orders-api/orders:read", "orders-api/orders:write"])
async def test_registering_takes_both_scopes(shop: Shop, scope: str) -> None:
    assert (await shop.client.post(WEBHOOKS, json=WISH, headers=shop.bearer(scope=scope))).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "warehouse.example"},
        {"url": "file:///etc/passwd"},
        {"url": "https://a b"},
        {"url": "https://" + "a" * 600},
        {"url": 1},
        {"event_types": []},
        {"event_types": ["order.eaten"]},
    ],
)
async def test_a_wish_that_breaks_a_rule_is_refused_by_its_field(shop: Shop, wrong: dict[str, object]) -> None:
    response = await shop.client.post(WEBHOOKS, json={**WISH, **wrong})
    assert response.status_code == 422
    assert {fault["pointer"].split("/")[1] for fault in response.json()["errors"]} == set(wrong)
