"""The business of taking orders."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.errors import (
    FieldError,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    InvalidRequest,
    OrderNotFound,
    OrderServiceError,
    OutOfStock,
    Unavailable,
)
from app.domain.order import (
    ORDER_ID,
    CancelledBy,
    Order,
    OrderRequest,
    Placement,
    PlacementOutcome,
    PlacementResult,
    new_order_id,
)
from app.domain.ports import OrderStore
from app.domain.user import Scope, User

PAUSED_RETRY_AFTER_SECONDS = 30


class OrderService:
    """Places and finds orders on behalf of verified users."""

    def __init__(
        self,
        store: OrderStore,
        *,
        order_ids: Callable[[], str] = new_order_id,
        accepts_orders: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._accepts_orders = accepts_orders
        self._order_ids = order_ids

    async def create_order(
        self, user: User, request: OrderRequest, *, idempotency_key: str | None = None
    ) -> PlacementResult:
        """Reserves stock and confirms the order; when it returns the order is durable.

        Raises `Forbidden`, `InvalidRequest` (no such product or size), `OutOfStock`, `IdempotencyKeyReused`,
        `IdempotencyKeyInFlight`, `Unavailable`.
        """
        user.require(Scope.ORDERS_WRITE)
        if not self._accepts_orders():
            raise Unavailable("the shop takes no orders right now", retry_after_seconds=PAUSED_RETRY_AFTER_SECONDS)
        placement = Placement(
            order_id=self._order_ids(), customer_id=user.id, request=request, idempotency_key=idempotency_key
        )
        result = await self._store.place(placement)
        if result.outcome is not PlacementOutcome.CONFIRMED:
            raise _refusal(result.outcome, request)
        return result

    async def find_order(self, user: User, order_id: str) -> Order:
        """The order, for its owner and for staff; `OrderNotFound` for everyone else, whether or not it exists."""
        user.require(Scope.ORDERS_READ)
        return await self._find(user, order_id)

    async def cancel_order(self, user: User, order_id: str) -> Order:
        """Ends the order and returns its pairs to stock, for its owner and for staff; again, it changes nothing.

        Raises `Forbidden`, `OrderNotFound`, `Unavailable`.
        """
        user.require(Scope.ORDERS_WRITE)
        order = await self._find(user, order_id)
        by = CancelledBy.CUSTOMER if order.customer_id == user.id else CancelledBy.STAFF
        return await self._store.cancel(order_id, by) or order

    async def _find(self, user: User, order_id: str) -> Order:
        order = await self._store.find(order_id) if ORDER_ID.fullmatch(order_id) else None
        if order is None or not user.may_see_orders_of(order.customer_id):
            raise OrderNotFound("there is no such order")
        return order


def unknown_product(product_id: str) -> FieldError:
    """What is said of a product that the shop does not sell."""
    return FieldError(pointer="/product_id", message=f"{product_id!r} is not a product of this shop")


def _refusal(outcome: PlacementOutcome, request: OrderRequest) -> OrderServiceError:
    match outcome:
        case PlacementOutcome.OUT_OF_STOCK:
            return OutOfStock(
                f"fewer than {request.quantity} of {request.product_id!r} in size {request.size} are left"
            )
        case PlacementOutcome.KEY_REUSED:
            return IdempotencyKeyReused("this Idempotency-Key was used before with another body")
        case PlacementOutcome.KEY_IN_FLIGHT:
            return IdempotencyKeyInFlight(
                "a request with this Idempotency-Key is being answered right now", retry_after_seconds=1
            )
        case PlacementOutcome.SIZE_NOT_OFFERED:
            fault = FieldError(pointer="/size", message=f"{request.product_id!r} is not made in size {request.size}")
        case _:
            fault = unknown_product(request.product_id)
    return InvalidRequest("the request breaks a rule", field_errors=[fault])
