import pytest

from app.domain.errors import Forbidden, IdempotencyKeyReused, InvalidRequest, OrderNotFound, OutOfStock, Unavailable
from app.domain.order import CancelledBy, OrderRequest, OrderStatus
from app.domain.service import OrderService
from app.domain.user import Role, Scope, User
from tests.harness.memory import MemoryOrders
from tests.harness.memory import order as store_order

PAIR = OrderRequest(product_id="jordan-1", size=9, quantity=1)


def user(name: str = "sarah_123", *roles: Role, scopes: tuple[Scope, ...] = tuple(Scope)) -> User:
    return User(id=name, scopes=frozenset(scopes), roles=frozenset(roles))


@pytest.fixture
def store() -> MemoryOrders:
    return MemoryOrders()


@pytest.fixture
def service(store: MemoryOrders) -> OrderService:
    return OrderService(store)


async def test_a_confirmed_order_takes_its_pairs_from_stock(service: OrderService, store: MemoryOrders) -> None:
    result = await service.create_order(user(), PAIR)
    assert store.left[9] == 1
    assert store.orders[result.order_id].customer_id == "sarah_123"


async def test_the_last_pair_is_sold_once(service: OrderService) -> None:
    await service.create_order(user(), OrderRequest(product_id="jordan-1", size=9, quantity=2))
    with pytest.raises(OutOfStock, match="fewer than 1 of 'jordan-1' in size 9 are left"):
        await service.create_order(user("max"), PAIR)


async def test_a_token_without_the_write_scope_orders_nothing(service: OrderService, store: MemoryOrders) -> None:
    with pytest.raises(Forbidden, match="orders:write"):
        await service.create_order(user(scopes=(Scope.ORDERS_READ,)), PAIR)
    assert store.left[9] == 2


@pytest.mark.parametrize(
    ("request_", "pointer"),
    [
        (OrderRequest(product_id="boots", size=9, quantity=1), "/product_id"),
        (OrderRequest(product_id="jordan-1", size=3, quantity=1), "/size"),
    ],
)
async def test_what_the_shop_does_not_sell_is_refused_by_its_field(
    service: OrderService, request_: OrderRequest, pointer: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        await service.create_order(user(), request_)
    assert [fault.pointer for fault in refusal.value.field_errors] == [pointer]


async def test_a_repeated_key_gives_the_first_answer_and_takes_no_second_pair(
    service: OrderService, store: MemoryOrders
) -> None:
    first = await service.create_order(user(), PAIR, idempotency_key="k")
    again = await service.create_order(user(), PAIR, idempotency_key="k")
    assert (again.order_id, again.replayed, store.left[9]) == (first.order_id, True, 1)


async def test_a_key_with_another_body_is_refused(service: OrderService) -> None:
    await service.create_order(user(), PAIR, idempotency_key="k")
    with pytest.raises(IdempotencyKeyReused):
        await service.create_order(user(), OrderRequest(product_id="jordan-1", size=9, quantity=2), idempotency_key="k")


@pytest.mark.parametrize("asker", [user(), user("kim", Role.SUPPORT), user("alex", Role.ADMIN)])
async def test_owners_and_staff_see_an_order(service: OrderService, asker: User) -> None:
    placed = await service.create_order(user(), PAIR)
    assert (await service.find_order(asker, placed.order_id)).id == placed.order_id


async def test_another_customer_is_told_the_same_as_for_an_order_that_does_not_exist(service: OrderService) -> None:
    placed = await service.create_order(user(), PAIR)
    with pytest.raises(OrderNotFound) as of_another:
        await service.find_order(user("max", Role.CUSTOMER), placed.order_id)
    with pytest.raises(OrderNotFound) as missing:
        await service.find_order(user("max", Role.CUSTOMER), "ord_missing")
    assert of_another.value.message == missing.value.message


async def test_a_token_without_the_read_scope_sees_nothing(service: OrderService) -> None:
    placed = await service.create_order(user(), PAIR)
    with pytest.raises(Forbidden, match="orders:read"):
        await service.find_order(user(scopes=(Scope.ORDERS_WRITE,)), placed.order_id)


async def test_a_cancelled_order_returns_its_pairs(service: OrderService, store: MemoryOrders) -> None:
    placed = await service.create_order(user(), PAIR)
    cancelled = await service.cancel_order(user(), placed.order_id)
    assert (cancelled.status, cancelled.version, store.left[9]) == (OrderStatus.CANCELLED, 2, 2)


async def test_cancelling_again_changes_nothing(service: OrderService, store: MemoryOrders) -> None:
    placed = await service.create_order(user(), PAIR)
    first = await service.cancel_order(user(), placed.order_id)
    assert await service.cancel_order(user(), placed.order_id) == first
    assert store.left[9] == 2


@pytest.mark.parametrize(
    ("asker", "by"), [(user(), CancelledBy.CUSTOMER), (user("kim", Role.SUPPORT), CancelledBy.STAFF)]
)
async def test_it_is_kept_who_cancelled(
    service: OrderService, store: MemoryOrders, asker: User, by: CancelledBy
) -> None:
    placed = await service.create_order(user(), PAIR)
    await service.cancel_order(asker, placed.order_id)
    assert store.cancelled == {placed.order_id: by}


async def test_another_customer_cancels_nothing_and_learns_nothing(service: OrderService, store: MemoryOrders) -> None:
    placed = await service.create_order(user(), PAIR)
    with pytest.raises(OrderNotFound):
        await service.cancel_order(user("max"), placed.order_id)
    with pytest.raises(Forbidden, match="orders:write"):
        await service.cancel_order(user(scopes=(Scope.ORDERS_READ,)), placed.order_id)
    assert store.left[9] == 1


@pytest.mark.parametrize("order_id", ["", "ord_", "ord_\x00", "ord_" + "G" * 32, "\udcff", "ord_" + "0" * 32 + "\n"])
async def test_what_cannot_be_an_id_is_not_looked_for(
    service: OrderService, store: MemoryOrders, order_id: str
) -> None:
    store.orders[order_id] = store_order(order_id)
    with pytest.raises(OrderNotFound):
        await service.find_order(user(), order_id)


async def test_while_the_shop_takes_no_orders_stock_stays(store: MemoryOrders) -> None:
    closed = OrderService(store, accepts_orders=lambda: False)
    with pytest.raises(Unavailable, match="takes no orders") as refusal:
        await closed.create_order(user(), PAIR)
    assert (refusal.value.retry_after_seconds, store.left[9]) == (30, 2)
