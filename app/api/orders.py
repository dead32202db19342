"""/api/v2/orders."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from opentelemetry import metrics
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.api.authentication import SECURED, authenticated
from app.api.body import json_body
from app.api.conditional import conditional_response
from app.api.problems import documented
from app.api.schemas import CreateOrder, OrderConfirmation, OrderDocument
from app.api.services import Services, services
from app.domain.errors import FieldError, InvalidRequest, MalformedRequest
from app.domain.order import LONGEST_IDEMPOTENCY_KEY, OrderRequest, OrderStatus
from app.domain.service import unknown_product

PATH = "/api/v2/orders"
IDEMPOTENCY_KEY_PATTERN = rf"^[\x21-\x7e]{{1,{LONGEST_IDEMPOTENCY_KEY}}}$"
IDEMPOTENCY_KEY = re.compile(IDEMPOTENCY_KEY_PATTERN)
JSON_INVALID = "json_invalid"
CREATE_ORDER_DESCRIPTION = {
    **SECURED,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "the same key and body give the same answer, whoever answers and however often it is sent",
            "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY_PATTERN},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": CreateOrder.model_json_schema()}},
    },
}

router = APIRouter(tags=["orders"])
orders_created = metrics.get_meter(__name__).create_counter(
    "orders_created", description="Orders that were confirmed, repeated answers not counted."
)


@router.post(
    PATH,
    status_code=201,
    response_model=OrderConfirmation,
    responses=documented(400, 401, 403, 409, 413, 415, 422, 503),
    openapi_extra=CREATE_ORDER_DESCRIPTION,
)
async def create_order(request: Request) -> Response:
    """Reserves stock and confirms the order.

    The body is read by hand and not by a parameter: this is the hot path, and every broken rule is to be told at once.
    """
    user = await authenticated(request)
    idempotency_key = _idempotency_key(request)
    wish = await _order_request(request)
    result = await services(request).orders.create_order(user, wish, idempotency_key=idempotency_key)
    headers = {"location": f"{PATH}/{result.order_id}", "cache-control": "no-store"}
    if result.replayed:
        headers["idempotency-replayed"] = "true"
    else:
        orders_created.add(1)
    confirmation = OrderConfirmation(order_id=result.order_id, status=OrderStatus.CONFIRMED)
    return Response(confirmation.model_dump_json(), status_code=201, media_type="application/json", headers=headers)


@router.get(
    PATH + "/{order_id}",
    response_model=OrderDocument,
    responses={304: {"description": "not changed since the given ETag"}, **documented(401, 403, 404, 422, 503)},
    openapi_extra=SECURED,
)
async def find_order(request: Request, order_id: str) -> Response:
    """An order, for its owner and for staff."""
    user = await authenticated(request)
    order = await services(request).orders.find_order(user, order_id)
    document = OrderDocument.model_validate(order)
    return conditional_response(request, document, entity_tag=f'"{order.version}"', cache_control="private, no-cache")


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise MalformedRequest(
            f"Idempotency-Key must be 1 to {LONGEST_IDEMPOTENCY_KEY} visible ASCII characters without spaces"
        )
    return key


async def _order_request(request: Request) -> OrderRequest:
    body = await json_body(request)
    try:
        wish = CreateOrder.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        if faults[0]["type"] == JSON_INVALID:
            raise MalformedRequest("the body is not valid JSON") from error
        field_errors = [*map(_field_error, faults), *await _product_faults(services(request), body, faults)]
        raise InvalidRequest("the request breaks rules", field_errors=field_errors) from error
    return OrderRequest(product_id=wish.product_id, size=wish.size, quantity=wish.quantity)


async def _product_faults(known: Services, body: bytes, faults: Sequence[ErrorDetails]) -> list[FieldError]:
    """A body that is refused anyway is told of an unknown product too."""
    document: Any = json.loads(body)
    if not isinstance(document, dict) or any(fault["loc"][:1] == ("product_id",) for fault in faults):
        return []
    product_id = document["product_id"]
    if any(product.id == product_id for product in await known.products.products()):
        return []
    return [unknown_product(product_id)]


def _field_error(fault: ErrorDetails) -> FieldError:
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in fault["loc"])
    return FieldError(pointer=pointer, message=fault["msg"])
