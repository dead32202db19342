"""What dies under load, and what of it anybody notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass, fields

from rich.table import Table

from app.adapters.analytics import Analytics
from app.adapters.inventory import InventoryProjection
from app.adapters.order_list import OrderListProjection
from app.adapters.payments import PaymentOpening
from app.adapters.shipping import Shipping
from sandbox.parts.part import Part
from tests.bench.buyers import SCARCE_OFFER, Buyers
from tests.bench.figures import Figure, Report
from tests.bench.shop import Shop, open_shop
from tests.harness.processes import ServiceProcess, wait_until

TITLE = "Faults: each killed with -9 while 16 buyers order, and repeat what was not answered"
BROKER = "the broker"
NOT_SHOWN = """All columns but the last two have to be 0, and in the broker's row the one before the last.
Not shown: power loss (what a killed process wrote is still in the machine's page cache), replicas of the broker or the
database taking over (there is one of each), a network that splits, two faults at once."""
SCARCE_PAIRS = 300
KILLED_AFTER_SECONDS = 1.5
DEAD_SECONDS = 1.5
BROKER_DEAD_SECONDS = 60
LOAD_AFTER_SECONDS = 2
STOCK = "CREATE TABLE first_stock AS SELECT product_id, size, available FROM inventory"
SCARCE = "UPDATE inventory SET available = $3 WHERE (product_id, size) = ($1, $2)"
DOUBLED = "SELECT (SELECT count(*) FROM orders) - (SELECT count(*) FROM idempotency_keys WHERE outcome = 'confirmed')"
OVERSOLD = """
    SELECT coalesce(sum(abs(first_stock.available - inventory.available - coalesce(sold.pairs, 0))), 0)::bigint
    FROM inventory JOIN first_stock USING (product_id, size) LEFT JOIN (
        SELECT product_id, size, sum(quantity) AS pairs FROM orders WHERE status <> 'cancelled' GROUP BY 1, 2
    ) AS sold USING (product_id, size)
"""
UNDELIVERED = """
    SELECT count(*) FROM outbox, unnest($1::text[]) AS subscriber(name)
    WHERE event_type <> 'order.payment_changed' AND NOT EXISTS (
        SELECT FROM inbox WHERE inbox.event_id = outbox.event_id AND inbox.consumer = subscriber.name
    )
"""
SUBSCRIBERS = [Analytics.name, InventoryProjection.name, OrderListProjection.name, PaymentOpening.name, Shipping.name]
MISCOUNTED = "SELECT abs((SELECT sum(orders) FROM order_analytics) - (SELECT count(*) FROM orders))::bigint"


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Counts of one fault.

    `stock_off`: pairs that left the shelf without an order, or the other way round. `events_undelivered`: to any of the
    subscribers. `not_answered_at_first`: requests without an answer, or with a refusal other than "sold out".
    """

    killed: str
    lost: int
    doubled: int
    stock_off: int
    events_undelivered: int
    events_counted_twice: int
    not_answered_at_first: int
    orders: int

    @property
    def harm(self) -> int:
        """Of what must not happen at all."""
        counts = (self.lost, self.doubled, self.stock_off, self.events_undelivered, self.events_counted_twice)
        return sum(map(abs, counts))


class Fleet:
    """Two replicas, a relay and two consumers on one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        roles = ("api", "api", "relay", "consumer", "consumer")
        self._replicas = [shop.start(role) for role in roles]
        for process in self._replicas:
            process.wait_until_ready()
        self.buyers = Buyers(shop, [process.url for process in self._replicas if process.role == "api"])

    def kill_process(self, role: str) -> Callable[[], None]:
        """Returns what starts another one in its place."""
        victim = next(process for process in self._replicas if process.role == role)
        victim.kill()
        return lambda: self._replace(victim)

    def _replace(self, victim: ServiceProcess) -> None:
        successor = self._shop.start(victim.role).wait_until_ready()
        self._replicas[self._replicas.index(victim)] = successor
        if victim.role == "api":
            self.buyers.move(victim.url, successor.url)


def measure(report: Report) -> None:
    """One fault after another; each row is counted when everything was delivered, or is not in time."""
    with open_shop() as shop:
        shop.rows(SCARCE, *SCARCE_OFFER, SCARCE_PAIRS)
        shop.rows(STOCK)
        fleet = Fleet(shop)
        table = Table(*(field.name.replace("_", " ") for field in fields(Damage)), title=TITLE, title_justify="left")
        report.show_below(table, NOT_SHOWN)
        for damage in _damages(shop, fleet):
            table.add_row(*map(str, astuple(damage)))
            for figure in _figures(damage):
                report.add(figure)


def _figures(damage: Damage) -> Iterator[Figure]:
    yield Figure(
        name=f"{damage.killed} killed: lost, doubled, oversold or undelivered", measured=damage.harm, at_most=0
    )
    if damage.killed == BROKER:
        yield Figure(
            name=f"{damage.killed} dead for {BROKER_DEAD_SECONDS} s: refused of {damage.orders} orders",
            measured=damage.not_answered_at_first,
            at_most=0,
        )


def _damages(shop: Shop, fleet: Fleet) -> Iterator[Damage]:
    yield _damage(shop, fleet, "a replica", lambda: fleet.kill_process("api"))
    yield _damage(shop, fleet, "a consumer", lambda: fleet.kill_process("consumer"))
    yield _damage(shop, fleet, "Valkey", lambda: _kill_part(shop.valkey))
    yield _damage(shop, fleet, "PostgreSQL", lambda: _kill_part(shop.postgresql))
    yield _damage(shop, fleet, BROKER, lambda: _kill_part(shop.kafka), dead_seconds=BROKER_DEAD_SECONDS)


def _kill_part(part: Part) -> Callable[[], None]:
    process = part.process()
    assert process is not None
    process.kill()
    return part.start


def _damage(
    shop: Shop,
    fleet: Fleet,
    killed: str,
    kill: Callable[[], Callable[[], None]],
    *,
    dead_seconds: float = DEAD_SECONDS,
) -> Damage:
    before = shop.value("SELECT count(*) FROM orders")
    told = asyncio.run(fleet.buyers.buy_while(_fault(kill, dead_seconds)))
    with suppress(AssertionError):
        wait_until(lambda: shop.value(UNDELIVERED, SUBSCRIBERS) == 0, what="delivery of every event")
    stored = {row["id"] for row in shop.rows("SELECT id FROM orders")}
    return Damage(
        killed=killed,
        lost=len(told.confirmed - stored),
        doubled=shop.value(DOUBLED),
        stock_off=shop.value(OVERSOLD),
        events_undelivered=shop.value(UNDELIVERED, SUBSCRIBERS),
        events_counted_twice=shop.value(MISCOUNTED),
        not_answered_at_first=told.repeated,
        orders=len(stored) - before,
    )


async def _fault(kill: Callable[[], Callable[[], None]], dead_seconds: float) -> None:
    await asyncio.sleep(KILLED_AFTER_SECONDS)
    bring_back = await asyncio.to_thread(kill)
    await asyncio.sleep(dead_seconds)
    await asyncio.to_thread(bring_back)
    await asyncio.sleep(LOAD_AFTER_SECONDS)
