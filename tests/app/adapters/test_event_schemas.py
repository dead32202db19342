import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.adapters.event_schemas import UnknownEvent, order_event, schemas
from app.domain.events import EventType
from app.domain.order import CancelledBy, OrderRequest, OrderStatus, PaymentStatus, Placement, new_order_id
from tests.app import events
from tests.app.conftest import ShopDatabase

NAMES = sorted(schemas())


def changed(name: str, pointer: str, value: Any) -> bytes:
    document = copy.deepcopy(schemas()[name]["examples"][0])
    *parents, last = pointer.split("/")
    place = document
    for parent in parents:
        place = place[parent]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document).encode()


def test_every_type_has_a_schema_and_every_schema_a_type() -> None:
    assert {name.split("/")[0] for name in NAMES} == set(EventType)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_its_examples_are_read(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        assert order_event(json.dumps(example).encode()).type == name.split("/")[0]


@pytest.mark.parametrize("type_", EventType)
def test_an_event_is_read_as_it_was_told(type_: EventType) -> None:
    event = events.order_event(type_, quantity=3)
    assert order_event(events.payload_of(event).encode()) == event


def test_a_cancellation_that_an_older_writer_told_says_nothing_of_the_order_as_a_whole() -> None:
    assert order_event(changed("order.cancelled/1", "data/version", ...)).state is None


def test_a_field_that_a_newer_writer_adds_is_passed_over() -> None:
    assert order_event(changed(NAMES[0], "data/colour", "red")).order_id.startswith("ord_")


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"1", b"{}", b'{"dataschema": []}', b"\xff\xfe"])
def test_what_is_no_event_is_refused(payload: bytes) -> None:
    with pytest.raises(UnknownEvent):
        order_event(payload)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("dataschema", "order.created/99"),
        ("type", "order.cancelled"),
        ("id", "not-a-uuid"),
        ("time", ...),
        ("data", None),
        ("data/size", 16),
        ("data/size", "9"),
        ("data/quantity", 0),
        ("data/order_id", "../etc"),
        ("data/unit_price_cents", -1),
        ("data/customer_id", ...),
    ],
)
def test_what_breaks_its_schema_is_refused_with_the_place(pointer: str, value: Any) -> None:
    with pytest.raises(UnknownEvent, match=r"dataschema is|breaks order\.created/1"):
        order_event(changed("order.created/1", pointer, value))


@pytest.mark.parts
async def test_what_the_database_writes_is_what_the_schemas_say(shop_database: ShopDatabase) -> None:
    from app.adapters.postgres import PostgresOrderStore

    store = PostgresOrderStore(shop_database.adapter, committed=lambda: None)
    request = OrderRequest(product_id="jordan-1", size=9, quantity=2)
    wish = Placement(order_id=new_order_id(), customer_id="sarah_123", request=request, idempotency_key=None)
    placed = await store.place(wish)
    await shop_database.run("SELECT show_payment($1, 'authorised', NULL)", placed.order_id)
    await store.cancel(placed.order_id, CancelledBy.STAFF)
    created, paid, cancelled = [
        order_event(row["payload"].encode())
        for row in await shop_database.run("SELECT payload::text FROM outbox ORDER BY position")
    ]
    assert (created.type, created.order_id, created.amount_cents) == (
        EventType.ORDER_CREATED,
        placed.order_id,
        36_000,
    )
    assert (paid.type, paid.amount_cents) == (EventType.ORDER_PAYMENT_CHANGED, 36_000)
    assert (cancelled.type, cancelled.cancelled_by) == (EventType.ORDER_CANCELLED, CancelledBy.STAFF)
    assert [
        (told.state.version, told.state.status, told.state.payment_status, told.state.placed_at)
        for told in (created, paid, cancelled)
        if told.state
    ] == [
        (1, OrderStatus.CONFIRMED, PaymentStatus.PENDING, created.at),
        (2, OrderStatus.CONFIRMED, PaymentStatus.AUTHORISED, created.at),
        (3, OrderStatus.CANCELLED, PaymentStatus.AUTHORISED, created.at),
    ]
    assert datetime.now(UTC) - created.at < timedelta(minutes=5)
