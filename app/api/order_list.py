"""GET /api/v2/orders: a customer's orders, page by page."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from app.api.authentication import SECURED, authenticated
from app.api.conditional import conditional_response
from app.api.description import IF_NONE_MATCH_PARAMETER, NOT_MODIFIED, documented, with_headers
from app.api.orders import PATH
from app.api.schemas import OrderDocument, OrderList
from app.api.services import services
from app.domain.errors import FieldError, Forbidden, InvalidRequest
from app.domain.order import OrderStatus
from app.domain.order_list import EARLIEST, LARGEST_PAGE, LATEST, USUAL_PAGE, OrderQuery, OrderSort, Place
from app.domain.user import Scope, User

MOMENT_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"

router = APIRouter(tags=["orders"])


def _written_out(given: object) -> object:
    """Without this a bare number would be taken for seconds since 1970."""
    if isinstance(given, str) and not re.fullmatch(MOMENT_PATTERN, given, re.ASCII):
        raise ValueError("must be a moment with its offset, such as 2026-01-31T12:00:00Z")
    return given


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    Field(json_schema_extra={"pattern": MOMENT_PATTERN, "examples": ["2026-01-31T12:00:00Z"]}),
]


class ListParameters(BaseModel):
    """Which orders, in which order, from where on."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[list[OrderStatus], Field(max_length=len(OrderStatus), description="any of these")] = []
    created_from: Annotated[Moment, Field(description="placed then or later")] = EARLIEST
    created_before: Annotated[Moment, Field(description="placed earlier than that")] = LATEST
    sort: Annotated[OrderSort, Field(description="oldest first, or newest first")] = OrderSort.NEWEST_FIRST
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="how many at most")] = USUAL_PAGE
    cursor: Annotated[
        str, Field(max_length=200, description="`next_cursor` of the page before, asked for with the same filters")
    ] = ""
    customer_id: Annotated[
        str, Field(max_length=128, description="whose orders; anyone's for staff, the caller's where it is left out")
    ] = ""


@router.get(
    PATH,
    response_model=OrderList,
    responses={
        200: with_headers(ETag="changes with the page", Link='the next page, as rel="next"'),
        304: NOT_MODIFIED,
        **documented(401, 403, 422),
    },
    openapi_extra={**SECURED, "parameters": [IF_NONE_MATCH_PARAMETER]},
)
async def list_orders(request: Request, parameters: Annotated[ListParameters, Query()]) -> Response:
    """The caller's orders. A page is found by its place, so orders placed meanwhile neither repeat nor skip any.

    The list is told of orders by their events and is some moments behind: what was placed or changed just now is read
    by its own address, the `Location` of the answer, which is never behind.
    """
    user = await authenticated(request)
    page = await services(request).order_list.page(_query(user, parameters))
    document = OrderList(
        orders=[OrderDocument.model_validate(order) for order in page.orders],
        next_cursor=None if page.next is None else cursor_of(page.next),
    )
    response = conditional_response(request, document, cache_control="private, no-cache")
    if document.next_cursor is not None:
        following = request.url.include_query_params(cursor=document.next_cursor)
        response.headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
    return response


def cursor_of(place: Place) -> str:
    """The place in words that only this module reads."""
    return base64.urlsafe_b64encode(f"{place.created_at.isoformat()} {place.order_id}".encode()).decode()


def place_of(cursor: str) -> Place:
    """The place that a cursor names. Raises `InvalidRequest`."""
    try:
        moment, order_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii").split(" ")
        created_at = datetime.fromisoformat(moment)
        if created_at.tzinfo is None or not EARLIEST <= created_at <= LATEST or not order_id.isprintable():
            raise ValueError("no place")
    except (binascii.Error, ValueError) as error:
        fault = FieldError(parameter="cursor", message="is not a next_cursor of this list")
        raise InvalidRequest("the request's parameters break rules", field_errors=[fault]) from error
    return Place(created_at=created_at, order_id=order_id)


def _query(user: User, parameters: ListParameters) -> OrderQuery:
    user.require(Scope.ORDERS_READ)
    customer_id = parameters.customer_id or user.id
    if not user.may_see_orders_of(customer_id):
        raise Forbidden("another customer's orders are for staff")
    return OrderQuery(
        customer_id=customer_id,
        statuses=frozenset(parameters.status),
        created_from=parameters.created_from,
        created_before=parameters.created_before,
        sort=parameters.sort,
        after=place_of(parameters.cursor) if parameters.cursor else None,
        limit=parameters.limit,
    )
