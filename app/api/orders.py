"""/api/v2/orders: placing, reading and cancelling an order."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from opentelemetry import metrics
from pydantic_core import from_json

from app.api.authentication import SECURED, authenticated
from app.api.body import json_body
from app.api.conditional import conditional_response
from app.api.description import (
    IDEMPOTENCY_KEY_PARAMETER,
    IF_NONE_MATCH_PARAMETER,
    NOT_MODIFIED,
    body_of,
    documented,
    with_headers,
)
from app.api.routes import DirectRoute
from app.api.schemas import CreateOnePair, CreateOrder, OrderConfirmation, OrderDocument
from app.api.services import Services, services
from app.api.validation import InvalidDocument, document_of, idempotency_key
from app.domain.errors import InvalidRequest, OrderServiceError
from app.domain.order import Order, OrderRequest, OrderStatus, PlacementResult
from app.domain.service import unknown_product

PATH = "/api/v2/orders"
EXAMPLE_ORDER_ID = "ord_0193a5c1f7b08d1c2e3f4a5b6c7d8e9f"
OrderId = Annotated[str, Path(description="as the order's creation gave it", examples=[EXAMPLE_ORDER_ID])]

router = APIRouter(tags=["orders"], route_class=DirectRoute)
orders_created = metrics.get_meter(__name__).create_counter(
    "orders_created", description="Orders that were confirmed, repeated answers not counted."
)
orders_refused = metrics.get_meter(__name__).create_counter(
    "orders_refused", description="Well-formed orders that were not taken, by the problem's code."
)


@router.post(
    PATH,
    status_code=201,
    response_model=OrderConfirmation,
    responses={
        201: with_headers(Location="the order", Idempotency_Replayed="`true` when the key was answered before"),
        **documented(400, 401, 403, 408, 409, 413, 415, 422),
    },
    openapi_extra={**SECURED, "parameters": [IDEMPOTENCY_KEY_PARAMETER], **body_of(CreateOrder)},
)
async def create_order(request: Request) -> Response:
    """Reserves stock and confirms the order. Once answered, it is durable."""
    result = await place(request, CreateOrder)
    headers = {"location": f"{PATH}/{result.order_id}", "cache-control": "no-store"}
    if result.replayed:
        headers["idempotency-replayed"] = "true"
    confirmation = OrderConfirmation(order_id=result.order_id, status=OrderStatus.CONFIRMED)
    return Response(confirmation.model_dump_json(), status_code=201, media_type="application/json", headers=headers)


@router.get(
    PATH + "/{order_id}",
    response_model=OrderDocument,
    responses={200: with_headers(ETag="changes with the order"), 304: NOT_MODIFIED, **documented(401, 403, 404)},
    openapi_extra={**SECURED, "parameters": [IF_NONE_MATCH_PARAMETER]},
)
async def read_order(request: Request, order_id: OrderId) -> Response:
    """An order, for its owner and for staff."""
    user = await authenticated(request)
    return order_response(request, await services(request).orders.find_order(user, order_id))


@router.post(
    PATH + "/{order_id}/cancel",
    response_model=OrderDocument,
    responses={200: with_headers(ETag="changes with the order"), **documented(401, 403, 404)},
    openapi_extra=SECURED,
)
async def cancel_order(request: Request, order_id: OrderId) -> Response:
    """Ends an order and returns its pairs to stock; repeating it changes nothing and gives the same answer."""
    user = await authenticated(request)
    return order_response(request, await services(request).orders.cancel_order(user, order_id))


def order_response(request: Request, order: Order) -> Response:
    """The order as it is now, or 304 to one who has it."""
    document = OrderDocument.model_validate(order)
    return conditional_response(request, document, entity_tag=entity_tag(order), cache_control="private, no-cache")


def entity_tag(order: Order) -> str:
    """Changes with every change of the order."""
    return f'"{order.version}"'


async def place(request: Request, model: type[CreateOrder | CreateOnePair]) -> PlacementResult:
    """Places the order that the request asks for in the words of `model`.

    The body is read by hand and not by a parameter: this is the hot path, and every broken rule is to be told at once.
    """
    user = await authenticated(request)
    key = idempotency_key(request.headers.get("idempotency-key"))
    body = await json_body(request)
    try:
        wish = document_of(model, body)
    except InvalidDocument as error:
        raise await _with_unknown_product(services(request), body, error) from error
    order_request = OrderRequest(product_id=wish.product_id, size=wish.size, quantity=wish.quantity)
    try:
        result = await services(request).orders.create_order(user, order_request, idempotency_key=key)
    except OrderServiceError as error:
        orders_refused.add(1, {"reason": error.code})
        raise
    if not result.replayed:
        orders_created.add(1)
    return result


async def _with_unknown_product(known: Services, body: bytes, error: InvalidDocument) -> InvalidRequest:
    """A body that is refused anyway is told of an unknown product too."""
    document: Any = from_json(body)
    if not isinstance(document, dict) or any(fault["loc"][:1] == ("product_id",) for fault in error.faults):
        return error
    product_id = document["product_id"]
    if any(product.id == product_id for product in await known.products.products()):
        return error
    return InvalidRequest(error.message, field_errors=[*error.field_errors, unknown_product(product_id)])
