"""/api/v1: the deprecated version, in its own words over the same service; every answer names its successor."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.authentication import SECURED, authenticated
from app.api.description import IDEMPOTENCY_KEY_PARAMETER, body_of, documented, with_headers
from app.api.orders import EXAMPLE_ORDER_ID, OrderId, place
from app.api.orders import PATH as SUCCESSOR
from app.api.schemas import CreateOnePair
from app.api.services import services
from app.domain.order import OrderStatus

PREFIX = "/api/v1/"
PATH = "/api/v1/orders"
DEPRECATED_AT = datetime(2026, 7, 1, tzinfo=UTC)
SUNSET_AT = datetime(2027, 7, 1, tzinfo=UTC)
HEADERS = {
    "deprecation": f"@{int(DEPRECATED_AT.timestamp())}",
    "sunset": format_datetime(SUNSET_AT, usegmt=True),
    "link": f'<{SUCCESSOR}>; rel="successor-version"',
}
DEPRECATION = with_headers(
    Deprecation="since when it is deprecated (RFC 9745)",
    Sunset="when it will be gone (RFC 8594)",
    Link="the version to move to",
)


class OrderOfVersion1(BaseModel):
    """An order in the words of version 1."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": EXAMPLE_ORDER_ID, "state": "confirmed"}]})

    id: str
    state: OrderStatus


router = APIRouter(tags=["version 1"], deprecated=True)


@router.post(
    PATH,
    status_code=201,
    response_model=OrderOfVersion1,
    responses={201: DEPRECATION, **documented(400, 401, 403, 408, 409, 413, 415, 422)},
    openapi_extra={**SECURED, "parameters": [IDEMPOTENCY_KEY_PARAMETER], **body_of(CreateOnePair)},
)
async def create_order(request: Request) -> Response:
    """Reserves one pair and confirms the order."""
    result = await place(request, CreateOnePair)
    order = OrderOfVersion1(id=result.order_id, state=OrderStatus.CONFIRMED)
    headers = {"location": f"{PATH}/{order.id}", "cache-control": "no-store"}
    return Response(order.model_dump_json(), status_code=201, media_type="application/json", headers=headers)


@router.get(
    PATH + "/{order_id}",
    response_model=OrderOfVersion1,
    responses={200: DEPRECATION, **documented(401, 403, 404)},
    openapi_extra=SECURED,
)
async def read_order(request: Request, order_id: OrderId) -> OrderOfVersion1:
    """The state of an order, for its owner and for staff."""
    user = await authenticated(request)
    order = await services(request).orders.find_order(user, order_id)
    return OrderOfVersion1(id=order.id, state=order.status)


class DeprecationMiddleware:
    """Says under the old version's prefix, errors included, since when it is deprecated and when it will be gone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)
