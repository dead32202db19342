"""/api/v2/webhooks: telling a customer's own systems of the customer's orders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import unstored
from app.api.authentication import SECURED, authenticated
from app.api.body import json_body
from app.api.description import body_of, documented, with_headers
from app.api.services import services
from app.api.validation import document_of
from app.domain.events import EventType
from app.domain.webhooks import DELIVERIES_SHOWN, LONGEST_URL, DeliveryStatus, Webhook

PATH = "/api/v2/webhooks"
EXAMPLE = {
    "webhook_id": "whk_0193a5c1f7b08d1c2e3f4a5b",
    "url": "https://warehouse.example/orders",
    "event_types": ["order.created", "order.cancelled"],
    "created_at": "2026-01-31T12:00:00Z",
}
EXAMPLE_DELIVERY = {
    "delivery_id": "dlv_0193a5c1f7b08d1c2e3f4a5b6c7d8e9f",
    "event_id": "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    "event_type": "order.created",
    "status": "pending",
    "attempts": 2,
    "fault": "answered with 500",
    "created_at": "2026-01-31T12:00:00Z",
    "next_attempt_at": "2026-01-31T12:00:40Z",
    "delivered_at": None,
}
WebhookId = Annotated[str, Path(examples=[EXAMPLE["webhook_id"]])]
DeliveryId = Annotated[str, Path(examples=[EXAMPLE_DELIVERY["delivery_id"]])]

router = APIRouter(tags=["webhooks"])


class CreateWebhook(BaseModel):
    """Where to tell what."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"url": EXAMPLE["url"], "event_types": EXAMPLE["event_types"]}]},
    )

    url: Annotated[str, Field(max_length=LONGEST_URL, pattern=r"^https?://[\x21-\x7e]+$")]
    event_types: Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]


class WebhookDocument(BaseModel):
    """A webhook without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    webhook_id: str
    url: str
    event_types: list[EventType]
    created_at: datetime


class NewWebhook(WebhookDocument):
    """A webhook with the secret that its receiver verifies signatures with, which is told only now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE, "secret": "whsec_…"}]})

    secret: str


class WebhookList(BaseModel):
    """The caller's webhooks, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"webhooks": [EXAMPLE]}]})

    webhooks: list[WebhookDocument]


class DeliveryDocument(BaseModel):
    """One event on its way to a webhook; `event_id` is sent as `webhook-id` with every attempt."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE_DELIVERY]})

    delivery_id: Annotated[str, Field(validation_alias="id")]
    event_id: str
    event_type: str
    status: DeliveryStatus
    attempts: int
    fault: str | None
    created_at: datetime
    next_attempt_at: datetime
    delivered_at: datetime | None


class DeliveryList(BaseModel):
    """The newest deliveries of a webhook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deliveries": [EXAMPLE_DELIVERY]}]})

    deliveries: Annotated[list[DeliveryDocument], Field(max_length=DELIVERIES_SHOWN)]


@router.post(
    PATH,
    status_code=201,
    response_model=NewWebhook,
    responses={201: with_headers(Location="the webhook"), **documented(400, 401, 403, 408, 409, 413, 415, 422)},
    openapi_extra={**SECURED, **body_of(CreateWebhook)},
)
async def create_webhook(request: Request) -> Response:
    """Registers an address on the internet. What it gets is signed and repeated until it answers 2xx.

    Signatures are those of Standard Webhooks. An address is registered once, so a repeated request makes no second
    webhook. Redirects are not followed.
    """
    user = await authenticated(request)
    wish = document_of(CreateWebhook, await json_body(request))
    webhook = await services(request).webhooks.register(user, url=wish.url, event_types=frozenset(wish.event_types))
    document = NewWebhook(**_document(webhook).model_dump(), secret=webhook.secret)
    return unstored(document, status_code=201, location=f"{PATH}/{webhook.id}")


@router.get(PATH, response_model=WebhookList, responses=documented(401, 403), openapi_extra=SECURED)
async def list_webhooks(request: Request) -> Response:
    """The caller's webhooks."""
    found = await services(request).webhooks.of(await authenticated(request))
    return unstored(WebhookList(webhooks=[_document(webhook) for webhook in found]))


@router.delete(
    PATH + "/{webhook_id}",
    status_code=204,
    response_class=Response,
    responses=documented(401, 403, 404),
    openapi_extra=SECURED,
)
async def remove_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Ends a webhook, with everything that was still to be delivered."""
    await services(request).webhooks.remove(await authenticated(request), webhook_id)
    return Response(status_code=204)


@router.get(
    PATH + "/{webhook_id}/deliveries",
    response_model=DeliveryList,
    responses=documented(401, 403, 404),
    openapi_extra=SECURED,
)
async def list_deliveries(request: Request, webhook_id: WebhookId) -> Response:
    """What a webhook was told in the last week and what waits, newest first."""
    found = await services(request).webhooks.deliveries(await authenticated(request), webhook_id)
    return unstored(DeliveryList(deliveries=[DeliveryDocument.model_validate(delivery) for delivery in found]))


@router.post(
    PATH + "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    response_class=Response,
    responses=documented(401, 403, 404),
    openapi_extra=SECURED,
)
async def replay_delivery(
    request: Request,
    webhook_id: WebhookId,
    delivery_id: DeliveryId,
) -> Response:
    """Delivers an event once more, under the same event id."""
    await services(request).webhooks.replay(await authenticated(request), webhook_id, delivery_id)
    return Response(status_code=202)


def _document(webhook: Webhook) -> WebhookDocument:
    return WebhookDocument(
        webhook_id=webhook.id,
        url=webhook.url,
        event_types=sorted(webhook.event_types),
        created_at=webhook.created_at,
    )
