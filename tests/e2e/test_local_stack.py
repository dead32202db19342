"""What the README promises, on a stack that was raised by its own command."""

import asyncio
import json
import os
import re
import signal
from ipaddress import IPv6Address, ip_address

import httpx
import psutil
import pytest
from confluent_kafka import Consumer, Producer

from sandbox.parts.part import Health
from tests.harness.database import TestServer
from tests.harness.stack import LocalStack, eventually

pytestmark = pytest.mark.stack

ORDER = {"product_id": "jordan-1", "size": 9, "quantity": 1}
IDENTITIES = ("vpc_id", "user_pool_id", "user_pool_client_id", "repository_url", "identity_issuer")
NEW_ORDER_EVENT = "order.created"


def _bearer(stack: LocalStack) -> dict[str, str]:
    return {"authorization": f"Bearer {stack.run('token').strip()}"}


def _place(stack: LocalStack, **headers: str) -> httpx.Response:
    address = f"{stack.run('url').strip()}/api/v2/orders"
    return httpx.post(address, json=ORDER, headers={**_bearer(stack), **headers}, trust_env=False, timeout=60)


def test_an_order_through_the_load_balancer_is_confirmed(stack: LocalStack) -> None:
    answer = _place(stack)
    assert answer.status_code == 201
    assert answer.json()["status"] == "confirmed"
    assert answer.headers["location"].endswith(answer.json()["order_id"])


def test_an_order_without_a_token_is_refused(stack: LocalStack) -> None:
    answer = httpx.post(f"{stack.run('url').strip()}/api/v2/orders", json=ORDER, trust_env=False, timeout=60)
    assert answer.status_code == 401


def test_the_order_is_read_back_from_the_broker_as_an_event(stack: LocalStack) -> None:
    order_id = _place(stack).json()["order_id"]
    outputs = stack.outputs()
    consumer = Consumer(
        {
            "bootstrap.servers": outputs["stream_bootstrap_servers"],
            "group.id": f"test-{order_id}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([outputs["order_events_topic"]])
    try:
        event = eventually(lambda: _event_of(consumer, order_id))
    finally:
        consumer.close()
    assert event["type"].endswith(NEW_ORDER_EVENT)


def test_an_order_is_paid_for_shipped_counted_and_told_of_by_letter(stack: LocalStack) -> None:
    answered = stack.run("order")
    order_id = json.loads(next(line for line in answered.splitlines() if line.startswith("{")))["order_id"]
    address = f"{stack.run('url').strip()}/api/v2/orders/{order_id}"
    bearer = _bearer(stack)
    eventually(
        lambda: httpx.get(address, headers=bearer, trust_env=False, timeout=60).json()["payment_status"] == "captured"
    )
    server = TestServer.of(stack.part("postgresql"))
    for effect in (
        "SELECT true FROM shipments WHERE order_id = $1 AND status = 'requested'",
        "SELECT true FROM payments WHERE order_id = $1 AND status = 'captured' AND amount_cents > 0",
        "SELECT true FROM inbox JOIN outbox USING (event_id) WHERE order_id = $1 AND consumer = 'email'",
        "SELECT true FROM orders JOIN order_analytics USING (product_id) WHERE id = $1 AND day = created_at::date",
    ):
        eventually(lambda effect=effect: asyncio.run(server.run(effect, order_id, database="orders")))
    orders = address.rpartition("/")[0]
    eventually(
        lambda: (
            (order_id, "captured")
            in [
                (each["order_id"], each["payment_status"])
                for each in httpx.get(orders, headers=bearer, trust_env=False, timeout=60).json()["orders"]
            ]
        )
    )


def test_what_no_consumer_can_take_is_listed_with_its_reason_and_replayed(stack: LocalStack) -> None:
    outputs = stack.outputs()
    producer = Producer({"bootstrap.servers": outputs["stream_bootstrap_servers"]})
    producer.produce(outputs["order_events_topic"], key="ord_unreadable", value=b"{")
    producer.flush()
    letter = json.loads(eventually(lambda: stack.run("dlq").strip()))
    assert (letter["order_id"], letter["reason"]) == ("ord_unreadable", "the record is not JSON")
    assert "1 replayed" in stack.run("dlq", "--replay")


def test_one_trace_leads_from_the_load_balancer_to_the_consumer(stack: LocalStack) -> None:
    trace_id = os.urandom(16).hex()
    _place(stack, traceparent=f"00-{trace_id}-{os.urandom(8).hex()}-01")
    collector = stack.parts.get("collector")
    services = {"orders-api", "orders-relay", "orders-consumer"}
    eventually(lambda: services <= {span.service for span in collector.spans(trace_id)})  # pyright: ignore


def test_a_second_up_changes_nothing(stack: LocalStack) -> None:
    before = json.loads(stack.run("export"))["deployment"]["resources"]
    shown = stack.run("up")
    assert re.search(r"Resources:\n    \d+ unchanged\n", shown), shown
    assert json.loads(stack.run("export"))["deployment"]["resources"] == before


def test_parts_that_were_killed_show_and_come_back_with_their_data(stack: LocalStack) -> None:
    before = stack.outputs()
    order_id = _place(stack).json()["order_id"]
    parts = stack.parts.all()
    processes = [process for part in parts if (process := part.process())]
    for process in processes:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(processes, timeout=60)
    shown = stack.run("status", succeeds=False)
    assert all(f"{part.record.name} is {Health.DEAD}" in shown for part in parts)
    stack.run("up")
    stack.run("status")
    after = stack.outputs()
    assert {name: after[name] for name in IDENTITIES} == {name: before[name] for name in IDENTITIES}
    kept = httpx.get(
        f"{after['api_url']}/api/v2/orders/{order_id}", headers=_bearer(stack), trust_env=False, timeout=60
    )
    assert kept.json()["order_id"] == order_id
    assert _place(stack).status_code == 201


def test_what_was_stopped_goes_on_where_it_was(stack: LocalStack) -> None:
    before = stack.outputs()
    order_id = _place(stack).json()["order_id"]
    stack.run("stop")
    assert stack.processes() == []
    stack.run("up")
    after = stack.outputs()
    assert {name: after[name] for name in IDENTITIES} == {name: before[name] for name in IDENTITIES}
    kept = httpx.get(
        f"{after['api_url']}/api/v2/orders/{order_id}", headers=_bearer(stack), trust_env=False, timeout=60
    )
    assert kept.json()["order_id"] == order_id


def test_every_port_is_on_loopback(stack: LocalStack) -> None:
    addresses = {
        connection.laddr.ip
        for process in stack.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses
    assert {address for address in addresses if not _is_loopback(address)} == set()


def test_no_password_is_in_the_state_or_in_a_log(stack: LocalStack) -> None:
    password = stack.part("postgresql").record.settings["password"]
    assert password not in stack.run("export")
    logs = [*stack.state.glob("parts/*/part.log"), *stack.state.glob("cluster/pods/**/*.log")]
    assert logs
    assert [path for path in logs if password in path.read_text(errors="replace")] == []


def test_two_commands_at_once_do_not_mix(stack: LocalStack) -> None:
    first = stack.start("up")
    eventually(lambda: (stack.state / "lock").read_text())
    assert "`make up`" in stack.run("up", succeeds=False)
    output, _ = first.communicate()
    assert first.returncode == 0, output


def _is_loopback(text: str) -> bool:
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _event_of(consumer: Consumer, order_id: str) -> dict | None:
    message = consumer.poll(0.2)
    if message is None or message.error() or message.key() != order_id.encode():
        return None
    return json.loads(message.value() or b"{}")
