from typing import Any

import httpx
import pytest

from tests.app.api.conftest import Shop

KEYS = "/api/v2/api-keys"
ORDERS = "/api/v2/orders"
WISH = {"name": "warehouse", "scopes": ["orders:read"], "expires_in_days": 30}
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


async def made(shop: Shop, **changes: object) -> dict[str, Any]:
    response = await shop.client.post(KEYS, json={**WISH, **changes})
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{KEYS}/{response.json()['api_key_id']}"
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def machine(shop: Shop, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(shop.api), base_url="http://shop", headers={"x-api-key": key}
    )


async def test_a_machine_acts_with_its_key_for_the_owner_and_within_its_scopes(shop: Shop) -> None:
    address = (await shop.client.post(ORDERS, json=PAIR)).headers["location"]
    client = machine(shop, (await made(shop))["api_key"])
    assert (await client.get(address)).status_code == 200
    assert (await client.post(ORDERS, json=PAIR)).status_code == 403


async def test_the_secret_is_told_once(shop: Shop) -> None:
    key = await made(shop)
    listed = await shop.client.get(KEYS)
    assert key["api_key"] not in listed.text
    assert listed.json() == {"api_keys": [{name: key[name] for name in key if name != "api_key"}]}


async def test_a_revoked_key_opens_nothing(shop: Shop) -> None:
    key = await made(shop)
    client = machine(shop, key["api_key"])
    assert (await shop.client.delete(f"{KEYS}/{key['api_key_id']}")).status_code == 204
    refused = await client.get(ORDERS)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    again = await shop.client.delete(f"{KEYS}/{key['api_key_id']}")
    assert (again.status_code, again.json()["code"]) == (404, "api_key_not_found")


async def test_a_token_and_a_key_together_are_refused(shop: Shop) -> None:
    key = (await made(shop))["api_key"]
    response = await shop.client.get(ORDERS, headers={"x-api-key": key})
    assert (response.status_code, response.json()["detail"]) == (401, "give a bearer token or an API key, not both")


async def test_a_machine_manages_no_keys(shop: Shop) -> None:
    client = machine(shop, (await made(shop))["api_key"])
    assert {(await client.get(KEYS)).status_code, (await client.post(KEYS, json=WISH)).status_code} == {403}


async def test_a_repeated_request_makes_no_second_key(shop: Shop) -> None:
    await made(shop)
    again = await shop.client.post(KEYS, json=WISH)
    assert (again.status_code, again.json()["code"]) == (409, "api_key_refused")


@pytest.mark.parametrize(
    "wrong",
    [{"name": "No!"}, {"scopes": []}, {"scopes": ["admin"]}, {"scopes": "orders:read"}, {"expires_in_days": 366}],
)
async def test_a_wish_that_breaks_a_rule_is_refused_by_its_field(shop: Shop, wrong: dict[str, object]) -> None:
    response = await shop.client.post(KEYS, json={**WISH, **wrong})
    assert response.status_code == 422
    assert {fault["pointer"].split("/")[1] for fault in response.json()["errors"]} == set(wrong)
