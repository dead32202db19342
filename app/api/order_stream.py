"""GET /api/v2/orders/{order_id}/events: an order's status as it changes, by server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from app.api.authentication import SECURED, authenticated
from app.api.description import documented
from app.api.health import Health
from app.api.orders import PATH, OrderId
from app.api.schemas import OrderDocument
from app.api.services import services
from app.domain.order import Order, OrderStatus

FINAL = frozenset({OrderStatus.CANCELLED})
RECONNECT_MILLISECONDS = 1_000
QUIET_SECONDS = 2.0
VERSION_PATTERN = r"^[0-9]{1,9}$"
EXAMPLE = 'retry: 1000\n\nevent: status\nid: 2\ndata: {"order_id": "ord_…", "status": "cancelled", …}\n\n'
EVENT = {
    "type": "object",
    "properties": {
        "event": {"const": "status"},
        "id": {"type": "string", "pattern": VERSION_PATTERN},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer"},
    },
}
STREAM: dict[str, Any] = {
    "description": "`id` is the order's version, `data` the order; the newest state always arrives",
    "content": {"text/event-stream": {"schema": EVENT, "example": EXAMPLE}},
}


class EventStream(StreamingResponse):
    """Server-sent events that were encoded already; the framework's own response wants to call the route itself."""

    media_type = "text/event-stream"


router = APIRouter(tags=["orders"])


@router.get(
    PATH + "/{order_id}/events",
    response_class=EventStream,
    responses={
        200: STREAM,
        204: {"description": "nothing will change any more: do not connect again"},
        **documented(401, 403, 404, 422),
    },
    openapi_extra=SECURED,
)
async def stream_order(
    request: Request,
    order_id: OrderId,
    last_event_id: Annotated[
        str, Header(pattern=VERSION_PATTERN, description="the last `id` that arrived: what is newer is sent")
    ] = "0",
) -> Response:
    """Tells the order's status now and whenever it changes.

    A stream ends by itself before a gateway would cut it; the client comes back with Last-Event-ID, to any replica.
    """
    user = await authenticated(request)
    order = await services(request).orders.find_order(user, order_id)
    seen = int(last_event_id)
    if order.status in FINAL and seen >= order.version:
        return Response(status_code=204)
    services(request).watch.require_room()
    events = _events(request, order, seen=seen) if request.method == "GET" else ()
    return EventStream(events, headers={"cache-control": "no-store", "x-accel-buffering": "no"})


async def _events(request: Request, order: Order, *, seen: int) -> AsyncIterator[bytes]:
    health: Health = request.app.state.health
    ends_at = time.monotonic() + request.app.state.stream_seconds
    with services(request).watch.following(order.id) as news:
        yield format_sse_event(retry=RECONNECT_MILLISECONDS)
        while True:
            if order.version > seen:
                seen = order.version
                yield _event(order)
            left = ends_at - time.monotonic()
            if order.status in FINAL or left <= 0 or health.draining:
                return
            try:
                order = await asyncio.wait_for(news.get(), min(left, QUIET_SECONDS))
            except TimeoutError:
                yield KEEPALIVE_COMMENT


def _event(order: Order) -> bytes:
    document = OrderDocument.model_validate(order).model_dump_json()
    return format_sse_event(event="status", id=str(order.version), data_str=document)
