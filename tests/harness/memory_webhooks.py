"""Webhooks and deliveries, held in memory, and a judge of addresses that knows one bad one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.errors import FieldError, InvalidRequest
from app.domain.webhooks import Delivery, DeliveryStatus, Errand, Webhook
from tests.harness.memory import NOON

DELIVERY_ID = "dlv_" + "0" * 32
FAILED_DELIVERY = Delivery(
    id=DELIVERY_ID,
    event_id="4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    event_type="order.created",
    status=DeliveryStatus.FAILED,
    attempts=10,
    fault="answered with 500",
    created_at=NOON,
    next_attempt_at=NOON,
    delivered_at=None,
)


@dataclass(kw_only=True)
class MemoryWebhooks:
    """Every webhook has one delivery, which failed."""

    webhooks: dict[str, Webhook] = field(default_factory=dict)
    failed_delivery: Delivery = FAILED_DELIVERY

    async def add(self, webhook: Webhook, *, webhooks_max: int) -> bool:
        """See `WebhookStore.add`."""
        kept = await self.of_owner(webhook.owner_id)
        if len(kept) >= webhooks_max or webhook.url in {other.url for other in kept}:
            return False
        self.webhooks[webhook.id] = webhook
        return True

    async def of_owner(self, owner_id: str) -> Sequence[Webhook]:
        """See `WebhookStore.of_owner`."""
        return [webhook for webhook in self.webhooks.values() if webhook.owner_id == owner_id]

    async def remove(self, webhook_id: str, owner_id: str) -> bool:
        """See `WebhookStore.remove`."""
        return self._owns(webhook_id, owner_id) and bool(self.webhooks.pop(webhook_id))

    async def deliveries(self, webhook_id: str, owner_id: str, *, limit: int) -> Sequence[Delivery] | None:
        """See `WebhookStore.deliveries`."""
        return [self.failed_delivery][:limit] if self._owns(webhook_id, owner_id) else None

    async def replay(self, delivery_id: str, webhook_id: str, owner_id: str) -> bool:
        """See `WebhookStore.replay`."""
        if not self._owns(webhook_id, owner_id) or delivery_id != self.failed_delivery.id:
            return False
        self.failed_delivery = replace(self.failed_delivery, status=DeliveryStatus.PENDING, attempts=0, fault=None)
        return True

    def _owns(self, webhook_id: str, owner_id: str) -> bool:
        webhook = self.webhooks.get(webhook_id)
        return webhook is not None and webhook.owner_id == owner_id


class MemoryAddresses:
    """Refuses the host `inside`."""

    async def require_outside(self, url: str) -> None:
        """See `Addresses.require_outside`."""
        if "//inside" in url:
            fault = FieldError(pointer="/url", message="the host is not a public one")
            raise InvalidRequest("the request breaks a rule", field_errors=[fault])


@dataclass(kw_only=True)
class MemoryErrands:
    """What is due, and what came of it."""

    due: list[Errand]
    done: list[str] = field(default_factory=list)
    failures: list[tuple[str, datetime | None]] = field(default_factory=list)

    async def announce(self, announcements: Sequence[object]) -> int:
        """See `Deliveries.announce`."""
        return len(announcements)

    async def take_due(self, *, limit: int, each: int, besides: Collection[str]) -> Sequence[Errand]:
        """See `Deliveries.take_due`."""
        taken: list[Errand] = []
        for errand in self.due:
            same = sum(other.webhook_id == errand.webhook_id for other in taken)
            if len(taken) < limit and same < each and errand.webhook_id not in besides:
                taken.append(errand)
        self.due = [errand for errand in self.due if errand not in taken]
        return taken

    async def delivered(self, errand: Errand) -> None:
        """See `Deliveries.delivered`."""
        self.done.append(errand.delivery_id)

    async def failed(self, errand: Errand, *, fault: str, next_attempt_at: datetime | None) -> None:
        """See `Deliveries.failed`."""
        assert errand.delivery_id
        self.failures.append((fault, next_attempt_at))
