import asyncio
import json
from typing import Any

import pytest

from app.domain import watch
from tests.app.api.conftest import Shop

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


async def address_of_new_order(shop: Shop) -> str:
    return (await shop.client.post(ORDERS, json=PAIR)).headers["location"]


def events_of(text: str) -> list[dict[str, Any]]:
    """The events with data; `data` is read as JSON."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [{**block, "data": json.loads(block["data"])} for block in blocks if "data" in block]


async def test_the_state_now_is_told_at_once_and_the_stream_ends_by_itself(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    response = await shop.client.get(f"{address}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.text.startswith("retry: 1000\n\n")
    (event,) = events_of(response.text)
    assert (event["event"], event["id"], event["data"]["status"]) == ("status", "1", "confirmed")
    assert event["data"]["order_id"] in address


async def test_a_change_is_told_and_the_final_one_ends_the_stream(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    shop.api.state.stream_seconds = 30
    stream = asyncio.create_task(shop.client.get(f"{address}/events"))
    await asyncio.sleep(0)
    await shop.client.post(f"{address}/cancel")
    events = events_of((await asyncio.wait_for(stream, 60)).text)
    assert (events[-1]["id"], events[-1]["data"]["status"]) == ("2", "cancelled")


async def test_what_the_client_has_seen_is_not_told_again(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    response = await shop.client.get(f"{address}/events", headers={"last-event-id": "1"})
    assert events_of(response.text) == []
    await shop.client.post(f"{address}/cancel")
    response = await shop.client.get(f"{address}/events", headers={"last-event-id": "1"})
    assert [event["id"] for event in events_of(response.text)] == ["2"]


async def test_a_client_that_saw_the_end_is_told_not_to_come_back(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    await shop.client.post(f"{address}/cancel")
    response = await shop.client.get(f"{address}/events", headers={"last-event-id": "2"})
    assert (response.status_code, response.content) == (204, b"")


async def test_a_draining_replica_sends_its_streams_elsewhere(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    shop.api.state.stream_seconds = 30
    shop.health.draining = True
    response = await asyncio.wait_for(shop.client.get(f"{address}/events"), 60)
    assert len(events_of(response.text)) == 1


async def test_a_stream_outlives_the_deadline_of_ordinary_requests(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    address = await address_of_new_order(shop)
    shop.api.state.stream_seconds = 2.5
    stack = shop.api.middleware_stack
    while stack is not None and not hasattr(stack, "_seconds"):
        stack = getattr(stack, "_app", None) or getattr(stack, "app", None)
    assert stack is not None
    monkeypatch.setattr(stack, "_seconds", 2)
    response = await shop.client.get(f"{address}/events")
    assert (response.status_code, len(events_of(response.text))) == (200, 1)


@pytest.mark.parametrize("last_event_id", ["-1", "x", "1.0", "1_0", "9" * 10, " "])
async def test_a_last_event_id_that_was_never_sent_is_refused(shop: Shop, last_event_id: str) -> None:
    address = await address_of_new_order(shop)
    response = await shop.client.get(f"{address}/events", headers={"last-event-id": last_event_id})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


async def test_only_the_owner_and_staff_follow_an_order(shop: Shop) -> None:
    address = await address_of_new_order(shop)
    assert (await shop.client.get(f"{address}/events", headers=shop.bearer("max"))).status_code == 404
    support = shop.bearer("kim", groups=["support"])
    assert (await shop.client.get(f"{address}/events", headers=support)).status_code == 200


async def test_while_too_many_follow_orders_the_next_is_told_to_wait(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await address_of_new_order(shop)
    monkeypatch.setattr(watch, "WATCHERS_MAX", 0)
    response = await shop.client.get(f"{address}/events")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
