from dataclasses import replace

import pytest

from app.adapters import inbox
from app.adapters.inbox import new_to
from app.domain.events import EventType
from tests.app.conftest import ShopDatabase
from tests.app.events import TRACEPARENT, order_event
from tests.harness.measured import Measured

pytestmark = pytest.mark.parts
OTHER_TRACEPARENT = f"00-{'3' * 32}-{'4' * 16}-01"


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    measured = Measured(monkeypatch)
    monkeypatch.setattr(inbox, "tracer", measured.tracing.get_tracer("inbox"))
    monkeypatch.setattr(inbox, "taken", measured.metering.get_meter("inbox").create_counter("events_taken"))
    return measured


async def test_an_event_is_new_once_to_each_subscriber(shop_database: ShopDatabase, measured: Measured) -> None:
    event, end = order_event(), order_event(EventType.ORDER_CANCELLED)
    for subscriber, events, expected in [
        ("shipping", [event, event], [event]),
        ("shipping", [event, end], [end]),
        ("analytics", [event], [event]),
    ]:
        async with new_to(subscriber, events, shop_database.adapter) as (_, fresh):
            assert fresh == expected
    assert measured.values("events_taken") == {
        ("shipping", "order.created"): 1,
        ("shipping", "order.cancelled"): 1,
        ("analytics", "order.created"): 1,
    }


async def test_what_fails_half_way_was_not_taken(shop_database: ShopDatabase, measured: Measured) -> None:
    event = order_event()
    with pytest.raises(ZeroDivisionError):
        async with new_to("shipping", [event], shop_database.adapter):
            raise ZeroDivisionError
    async with new_to("shipping", [event], shop_database.adapter) as (_, fresh):
        assert fresh == [event]
    assert sum(measured.values("events_taken").values()) == 1


async def test_a_batch_is_linked_to_every_trace_that_it_comes_from(
    shop_database: ShopDatabase, measured: Measured
) -> None:
    events = [replace(order_event(), traceparent=parent) for parent in (TRACEPARENT, OTHER_TRACEPARENT, None, "odd")]
    async with new_to("shipping", events, shop_database.adapter):
        pass
    (span,) = measured.spans()
    linked = [f"00-{link.context.trace_id:032x}-{link.context.span_id:016x}-01" for link in span.links]
    assert (span.name, linked) == ("take shipping", [TRACEPARENT, OTHER_TRACEPARENT])
