"""Who listens to order events. Each is a module by itself: what is not named here is not served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.adapters.analytics import Analytics
from app.adapters.cache import Cache
from app.adapters.cached_products import forget_products
from app.adapters.database import Database
from app.adapters.email import EmailConfirmations
from app.adapters.inventory import InventoryProjection
from app.adapters.lake import Lake
from app.adapters.order_list import OrderListProjection
from app.adapters.payments import PaymentOpening
from app.adapters.shipping import Shipping
from app.domain.consumption import Subscriber
from app.settings import ConsumerSettings, EmailSettings, LakeSettings


def subscribers_of(consumer: ConsumerSettings, database: Database, cache: Cache) -> Sequence[Subscriber]:
    """Those that the settings name, or all that can work. Raises ValueError for a name that nobody has."""
    email = EmailSettings()
    makers: dict[str, Callable[[], Subscriber]] = {
        Analytics.name: lambda: Analytics(database),
        InventoryProjection.name: lambda: InventoryProjection(database, forget_products=lambda: forget_products(cache)),
        OrderListProjection.name: lambda: OrderListProjection(database),
        PaymentOpening.name: lambda: PaymentOpening(database),
        Shipping.name: lambda: Shipping(database),
    }
    if email.email_sender:
        makers[EmailConfirmations.name] = lambda: EmailConfirmations(email, database)
    lake = LakeSettings()
    if lake.lake_delivery_stream:
        makers[Lake.name] = lambda: Lake(lake, database)
    names = consumer.consumer_subscribers or tuple(makers)
    if unknown := set(names) - set(makers):
        raise ValueError(f"CONSUMER_SUBSCRIBERS names {', '.join(unknown)}, allowed are {', '.join(makers)}")
    return [makers[name]() for name in names]


def by_group(subscribers: Sequence[Subscriber], *, group: str) -> Mapping[str, Sequence[Subscriber]]:
    """Who reads as which consumer group. The list of orders has its own, which begins with the first event there is:

    what consumers of a version without the list took before, or take beside it, it is told of all the same.
    """
    alone = [each for each in subscribers if isinstance(each, OrderListProjection)]
    together = [each for each in subscribers if each not in alone]
    groups = {group: together, f"{group}-{OrderListProjection.name}": alone}
    return {name: members for name, members in groups.items() if members}
