from dataclasses import replace

import pytest

from app.adapters.payments import LEND_TO_GIVE_BACK, PaymentOpening, PostgresPaymentBook
from app.adapters.postgres import PostgresOrderStore
from app.domain.events import EventType, OrderEvent
from app.domain.order import OrderRequest, PaymentStatus, Placement, new_order_id
from app.domain.payment import ATTEMPTS_MAX, Step
from tests.app.conftest import ShopDatabase
from tests.app.events import TRACEPARENT, order_event

pytestmark = pytest.mark.parts
ORDER = "SELECT status, payment_status, version FROM orders WHERE id = $1"


async def place(shop: ShopDatabase, *, quantity: int = 2) -> OrderEvent:
    request = OrderRequest(product_id="jordan-1", size=9, quantity=quantity)
    wish = Placement(order_id=new_order_id(), customer_id="sarah_123", request=request, idempotency_key=None)
    placed = await PostgresOrderStore(shop.adapter, committed=lambda: None).place(wish)
    return order_event(order_id=placed.order_id, quantity=quantity)


async def test_an_order_has_one_payment_however_often_it_is_told_of(shop_database: ShopDatabase) -> None:
    event = order_event(quantity=2)
    opening, book = PaymentOpening(shop_database.adapter), PostgresPaymentBook(shop_database.adapter)
    for _ in range(2):
        await opening.take([event, event])
    (payment,) = await book.due(charging=True)
    assert (payment.order_id, payment.amount_cents, payment.status) == (event.order_id, 36_000, PaymentStatus.PENDING)


async def test_what_is_lent_to_one_process_no_other_gets(shop_database: ShopDatabase) -> None:
    await PaymentOpening(shop_database.adapter).take([order_event() for _ in range(3)])
    book = PostgresPaymentBook(shop_database.adapter)
    assert (len(await book.due(charging=True)), len(await book.due(charging=True))) == (3, 0)


async def test_a_step_is_shown_on_the_order_and_the_next_one_is_due(shop_database: ShopDatabase) -> None:
    event = await place(shop_database)
    book = PostgresPaymentBook(shop_database.adapter)
    await PaymentOpening(shop_database.adapter).take([event])
    for status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED):
        (payment,) = await book.due(charging=True)
        await book.settle(payment, Step(status=status))
        (order,) = await shop_database.run(ORDER, event.order_id)
        assert (order["status"], order["payment_status"]) == ("confirmed", status)
    assert (order["version"], await book.due(charging=True)) == (3, [])


async def test_a_failed_payment_cancels_the_order_and_releases_its_pairs(shop_database: ShopDatabase) -> None:
    before = await shop_database.left()
    event = replace(await place(shop_database), traceparent=TRACEPARENT)
    book = PostgresPaymentBook(shop_database.adapter)
    await PaymentOpening(shop_database.adapter).take([event])
    (payment,) = await book.due(charging=True)
    await book.settle(payment, Step(status=PaymentStatus.FAILED, cancels_order=True))
    (order,) = await shop_database.run(ORDER, event.order_id)
    assert (order["status"], order["payment_status"]) == ("cancelled", "failed")
    assert await shop_database.left() == before
    (told,) = await shop_database.run(
        "SELECT payload->'data'->>'cancelled_by', traceparent FROM outbox WHERE event_type = 'order.cancelled'"
    )
    assert tuple(told) == ("payment", TRACEPARENT)


@pytest.mark.parametrize("cancelled_first", [False, True])
async def test_a_cancelled_order_has_its_money_reversed_whatever_is_heard_first(
    shop_database: ShopDatabase, cancelled_first: bool
) -> None:
    created = order_event()
    ended = replace(order_event(EventType.ORDER_CANCELLED), order_id=created.order_id)
    opening = PaymentOpening(shop_database.adapter)
    for event in [ended, created] if cancelled_first else [created, ended]:
        await opening.take([event])
    (payment,) = await PostgresPaymentBook(shop_database.adapter).due(charging=True)
    assert payment.cancelled


async def test_a_captured_payment_of_an_order_that_is_then_cancelled_is_due_again(shop_database: ShopDatabase) -> None:
    event = await place(shop_database)
    opening, book = PaymentOpening(shop_database.adapter), PostgresPaymentBook(shop_database.adapter)
    await opening.take([event])
    (payment,) = await book.due(charging=True)
    await book.settle(payment, Step(status=PaymentStatus.CAPTURED))
    await opening.take([replace(order_event(EventType.ORDER_CANCELLED), order_id=event.order_id)])
    (again,) = await book.due(charging=True)
    assert (again.status, again.cancelled) == (PaymentStatus.CAPTURED, True)


@pytest.mark.parametrize(
    ("change", "lent"),
    [
        ("attempts = 0", 0),
        (f"attempts = {ATTEMPTS_MAX - 1}", 0),
        ("status = 'authorised'", 0),
        ("status = 'captured'", 0),
        (f"attempts = {ATTEMPTS_MAX}", 1),
        ("cancelled = true", 1),
        ("cancelled = true, status = 'captured'", 1),
        ("cancelled = true, status = 'reversed'", 0),
    ],
)
async def test_while_charges_are_paused_only_what_is_to_be_given_back_is_due(
    shop_database: ShopDatabase, change: str, lent: int
) -> None:
    await PaymentOpening(shop_database.adapter).take([order_event()])
    await shop_database.run(f"UPDATE payments SET {change}")
    assert len(await PostgresPaymentBook(shop_database.adapter).due(charging=False)) == lent


async def test_paused_payments_are_not_read_to_find_what_is_to_be_given_back(shop_database: ShopDatabase) -> None:
    statement = LEND_TO_GIVE_BACK.replace("$1", "50").replace("$2", "'30 s'")
    async with shop_database.adapter.connection() as connection, connection.transaction():
        await connection.execute("DROP INDEX payments_due")
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN {statement}")]
    assert any("payments_to_give_back" in line for line in plan)


async def test_a_payment_that_moved_meanwhile_is_left_alone(shop_database: ShopDatabase) -> None:
    event = await place(shop_database)
    await PaymentOpening(shop_database.adapter).take([event])
    book = PostgresPaymentBook(shop_database.adapter)
    (payment,) = await book.due(charging=True)
    await book.settle(payment, Step(status=PaymentStatus.AUTHORISED))
    await book.settle(payment, Step(status=PaymentStatus.FAILED, cancels_order=True))
    (order,) = await shop_database.run(ORDER, event.order_id)
    assert (order["status"], order["payment_status"]) == ("confirmed", "authorised")


async def test_what_is_postponed_counts_its_attempts(shop_database: ShopDatabase) -> None:
    await PaymentOpening(shop_database.adapter).take([order_event()])
    book = PostgresPaymentBook(shop_database.adapter)
    (payment,) = await book.due(charging=True)
    await book.postpone(payment)
    assert await shop_database.value("SELECT attempts FROM payments") == 1
    assert await shop_database.value("SELECT due_at < now() + interval '1 second' FROM payments")


async def test_however_often_it_was_tried_in_vain_a_payment_is_due_again_within_a_minute(
    shop_database: ShopDatabase,
) -> None:
    await PaymentOpening(shop_database.adapter).take([order_event()])
    book = PostgresPaymentBook(shop_database.adapter)
    await shop_database.run("UPDATE payments SET attempts = 5000")
    (payment,) = await book.due(charging=True)
    await book.postpone(payment)
    assert await shop_database.value("SELECT due_at <= now() + interval '1 minute' FROM payments")
