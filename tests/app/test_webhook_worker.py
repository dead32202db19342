"""An order told to its customer's own system, through real processes."""

from __future__ import annotations

import json

import httpx
import pytest
from standardwebhooks import Webhook

from tests.app.conftest import Start
from tests.harness.issuer import Issuer
from tests.harness.outside import webhook_receiver
from tests.harness.processes import wait_until

pytestmark = pytest.mark.parts

LOOPBACK = {"WEBHOOK_ALLOWED_NETWORKS": json.dumps(["127.0.0.1/32"])}
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}


def test_what_the_receiver_refused_is_told_again_by_another_worker_under_the_same_id(
    start: Start, issuer: Issuer
) -> None:
    api, _, worker = (start(role, **LOOPBACK).wait_until_ready() for role in ("api", "relay", "webhooks"))
    signed_in = {"authorization": f"Bearer {issuer.token('sarah_123')}"}
    with (
        webhook_receiver(500) as (url, got),
        httpx.Client(base_url=api.url, headers=signed_in, trust_env=False, timeout=30) as client,
    ):
        wish = {"url": url, "event_types": ["order.created"]}
        webhook = client.post("/api/v2/webhooks", json=wish).json()
        order_id = client.post("/api/v2/orders", json=PAIR).json()["order_id"]
        wait_until(lambda: got, what="the first attempt")
        worker.kill()
        start("webhooks", **LOOPBACK).wait_until_ready()
        wait_until(lambda: len(got) == 2, what="the second attempt")
        told = [Webhook(webhook["secret"]).verify(body, headers) for headers, body in got]
        assert [event["data"]["order_id"] for event in told] == [order_id, order_id]
        assert got[0][0]["webhook-id"] == got[1][0]["webhook-id"]
        deliveries = f"/api/v2/webhooks/{webhook['webhook_id']}/deliveries"

        def delivered() -> bool:
            (delivery,) = client.get(deliveries).json()["deliveries"]
            return delivery["status"] == "delivered"

        wait_until(delivered, what="the delivery")


def test_an_address_inside_is_refused_by_the_running_service(start: Start, issuer: Issuer) -> None:
    api = start("api").wait_until_ready()
    signed_in = {"authorization": f"Bearer {issuer.token('sarah_123')}"}
    for url in ("https://169.254.169.254/latest/meta-data", "https://localhost/", "https://[::ffff:10.0.0.1]/"):
        wish = {"url": url, "event_types": ["order.created"]}
        answer = httpx.post(f"{api.url}/api/v2/webhooks", json=wish, headers=signed_in, trust_env=False, timeout=30)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/url")
