"""What follows from an order: money, a shipment, figures, a letter; and what follows when it cannot."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families

from app.settings import StreamSettings
from tests.app.conftest import ShopDatabase, Start
from tests.app.events import TRACEPARENT
from tests.harness.issuer import Issuer
from tests.harness.outside import aws_client, span_receiver
from tests.harness.processes import CHECKOUT, ServiceProcess, wait_until

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
TRACE_ID = TRACEPARENT.split("-")[1]
SENDER = "orders@fortress.example.com"
TOO_EXPENSIVE_PAIRS = 100
FIGURES = "SELECT coalesce(sum(orders), 0)::int || ' ' || coalesce(sum(cancelled), 0)::int FROM order_analytics"
RESERVED = "SELECT coalesce(sum(pairs), 0)::int FROM reserved_pairs"
TAKEN_BY_EMAIL = "SELECT count(*) FROM inbox WHERE consumer = 'email'"


@pytest.fixture
def headers(issuer: Issuer) -> dict[str, str]:
    return {"authorization": f"Bearer {issuer.token('sarah_123')}"}


@pytest.fixture
def processes(start: Start, aws: str) -> tuple[ServiceProcess, ...]:
    """API, relay and a consumer that may write letters."""
    aws_client("sesv2", aws).create_email_identity(EmailIdentity=SENDER)
    people = aws_client("cognito-idp", aws)
    pool = people.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    address = {"Name": "email", "Value": "sarah@example.com"}
    people.admin_create_user(UserPoolId=pool, Username="sarah_123", UserAttributes=[address], MessageAction="SUPPRESS")
    letters = {"EMAIL_SENDER": SENDER, "EMAIL_USER_POOL_ID": pool}
    started = (start("api"), start("relay"), start("consumer", **letters))
    for process in started:
        process.wait_until_ready()
    return started


def value(shop: ShopDatabase, statement: str) -> Any:
    return asyncio.run(shop.value(statement))


def metric(process: ServiceProcess, name: str, **labels: str) -> float | None:
    """The value that Prometheus would read of the process; None where it tells no such thing."""
    text = httpx.get(f"{process.url}/metrics", trust_env=False, timeout=60).text
    families = text_string_to_metric_families(text)
    found = (sample for family in families for sample in family.samples if sample.name == name)
    return next((sample.value for sample in found if labels.items() <= sample.labels.items()), None)


def listed(api: ServiceProcess, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = httpx.get(f"{api.url}{ORDERS}", headers=headers, trust_env=False, timeout=60)
    return answer.raise_for_status().json()["orders"]


def letters_sent(aws: str) -> int:
    return int(aws_client("ses", aws).get_send_quota()["SentLast24Hours"])


def test_an_order_is_paid_for_shipped_counted_and_told_of_by_letter(
    processes: tuple[ServiceProcess, ...], headers: dict[str, str], shop_database: ShopDatabase, aws: str
) -> None:
    before = letters_sent(aws)
    with httpx.Client(base_url=processes[0].url, headers=headers, trust_env=False) as client:
        address = client.post(ORDERS, json={"product_id": "jordan-1", "size": 9, "quantity": 2}).headers["location"]
        wait_until(lambda: client.get(address).json()["payment_status"] == "captured", what="the money")
        assert client.get(address).json()["status"] == "confirmed"
    wait_until(lambda: value(shop_database, FIGURES) == "1 0", what="the figures")
    wait_until(lambda: letters_sent(aws) == before + 1, what="the letter")
    wait_until(lambda: value(shop_database, RESERVED) == 2, what="the reserved pairs")
    wait_until(
        lambda: value(shop_database, "SELECT count(*) FROM shipments WHERE status = 'requested'") == 1, what="shipment"
    )
    wait_until(
        lambda: (
            [(order["quantity"], order["payment_status"]) for order in listed(processes[0], headers)]
            == [(2, "captured")]
        ),
        what="the list",
    )


def test_the_list_is_told_of_what_came_before_it_and_of_what_a_consumer_without_it_took(
    start: Start, headers: dict[str, str]
) -> None:
    api, _, former = (
        start("api"),
        start("relay"),
        start("consumer", CONSUMER_SUBSCRIBERS='["analytics", "payments"]'),
    )
    api.wait_until_ready()
    for _ in range(3):
        httpx.post(f"{api.url}{ORDERS}", json=PAIR, headers=headers, trust_env=False, timeout=60)
    wait_until(lambda: metric(former, "events_taken_total", subscriber="analytics") == 3, what="what the former took")
    start("consumer")
    wait_until(lambda: [order["payment_status"] for order in listed(api, headers)] == ["captured"] * 3, what="the list")


def test_the_list_is_made_anew_by_its_command(
    start: Start, headers: dict[str, str], environment: dict[str, str]
) -> None:
    api = start("api").wait_until_ready()
    order_id = httpx.post(f"{api.url}{ORDERS}", json=PAIR, headers=headers, trust_env=False, timeout=60).json()[
        "order_id"
    ]
    assert listed(api, headers) == []
    assert _command("rebuild-order-list", environment) == "rebuilt in 1 batches"
    assert [order["order_id"] for order in listed(api, headers)] == [order_id]


def test_what_the_processes_tell_of_an_order_leads_from_one_to_the_next_and_names_nobody(
    start: Start, headers: dict[str, str], shop_database: ShopDatabase
) -> None:
    with span_receiver() as (url, spans):
        exporting = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        api, relay, consumer = processes = [start(role, **exporting) for role in ("api", "relay", "consumer")]
        for process in processes:
            process.wait_until_ready()
        caused_by = {**headers, "traceparent": TRACEPARENT}
        httpx.post(f"{api.url}{ORDERS}", json=PAIR, headers=caused_by, trust_env=False, timeout=60)
        wait_until(lambda: value(shop_database, "SELECT payment_status FROM orders") == "captured", what="the money")
        steps = {"process orders", "authorise payment", "capture payment"}
        wait_until(lambda: steps <= {span.name for span in spans if span.trace_id.hex() == TRACE_ID}, what="its spans")
        linked = {link.trace_id.hex() for span in spans if span.name == "take shipping" for link in span.links}
    assert linked == {TRACE_ID}
    wait_until(lambda: metric(consumer, "payments_total", status="captured") == 1, what="the payment's count")
    assert metric(api, "orders_created_total") == 1
    assert metric(api, "http_server_request_duration_seconds_count", http_route=ORDERS) == 1
    assert [metric(process, "db_client_connection_max") for process in processes] == [6, 2, 8]
    assert metric(api, "target_info", service_version="0.0.0") == 1
    wait_until(lambda: metric(relay, "outbox_unpublished") == 0, what="the outbox's depth")
    assert metric(consumer, "events_taken_total", subscriber="shipping", type="order.created") == 1
    assert metric(consumer, "events_waiting") == 0
    for process in processes:
        assert all({"time", "level", "logger", "message"} <= set(line) for line in process.log())
        assert "sarah" not in process.log_file.read_text()


def test_an_order_whose_payment_is_declined_is_cancelled_and_everything_about_it_undone(
    processes: tuple[ServiceProcess, ...], headers: dict[str, str], shop_database: ShopDatabase, aws: str
) -> None:
    before, stock = letters_sent(aws), asyncio.run(shop_database.left())
    order = {"product_id": "jordan-1", "size": 9, "quantity": TOO_EXPENSIVE_PAIRS}
    with httpx.Client(base_url=processes[0].url, headers=headers, trust_env=False) as client:
        address = client.post(ORDERS, json=order).headers["location"]
        wait_until(lambda: client.get(address).json()["status"] == "cancelled", what="the cancellation")
        assert client.get(address).json()["payment_status"] == "failed"
    assert asyncio.run(shop_database.left()) == stock
    wait_until(lambda: value(shop_database, FIGURES) == "1 1", what="the figures")
    wait_until(lambda: value(shop_database, TAKEN_BY_EMAIL) == 2, what="the letters")
    assert letters_sent(aws) - before in (1, 2), "the end is told; the beginning only if it was not over by then"
    wait_until(lambda: value(shop_database, "SELECT status FROM shipments") == "recalled", what="the recall")
    assert value(shop_database, RESERVED) == 0
    assert value(shop_database, "SELECT count(*) FROM outbox WHERE event_type = 'order.cancelled'") == 1


def test_a_subscriber_that_nobody_has_is_refused_with_those_that_there_are(start: Start) -> None:
    consumer = start("consumer", CONSUMER_SUBSCRIBERS='["analytics", "fortune-telling"]')
    assert consumer.process.wait(120) != 0
    assert (
        "CONSUMER_SUBSCRIBERS names fortune-telling, allowed are analytics, inventory, order-list, payments, shipping"
        in (consumer.log_file.read_text())
    )


def test_what_nobody_can_read_is_listed_and_replayed_by_its_commands(
    start: Start, environment: dict[str, str], stream_settings: StreamSettings
) -> None:
    start("consumer").wait_until_ready()
    producer = Producer({"bootstrap.servers": stream_settings.stream_bootstrap_servers})
    producer.produce(
        stream_settings.stream_topic_order_events,
        key="ord_1",
        value=b"not an event",
        headers={"event_type": "order.created", "traceparent": TRACEPARENT},  # type: ignore[arg-type]
    )
    producer.flush()
    wait_until(lambda: _command("dead-letters", environment), what="the dead letter")
    letter = json.loads(_command("dead-letters", environment))
    assert (letter["order_id"], letter["reason"]) == ("ord_1", "the record is not JSON")
    assert letter["trace_id"] == TRACE_ID
    assert _command("replay-dead-letters", environment) == "1 replayed"
    wait_until(lambda: _command("dead-letters", environment), what="the letter that is dead again")


def _command(name: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "app", name]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
