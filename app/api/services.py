"""What the routes work with; made by the bootstrap, reached through the request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from app.domain.allowance import RateLimiter
from app.domain.api_keys import ApiKeys
from app.domain.order_list import OrderList
from app.domain.ports import ProductCatalogue, TokenVerifier
from app.domain.service import OrderService
from app.domain.watch import OrderWatch
from app.domain.webhooks import Webhooks


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything behind the API."""

    orders: OrderService
    order_list: OrderList
    watch: OrderWatch
    products: ProductCatalogue
    tokens: TokenVerifier
    api_keys: ApiKeys
    webhooks: Webhooks
    rates: RateLimiter


def services(request: Request) -> Services:
    """The services of the application that answers `request`."""
    return request.app.state.services
