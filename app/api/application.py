"""The HTTP applications: the API, and the small one that workers answer probes with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CollectorRegistry
from pydantic.json_schema import models_json_schema
from starlette.middleware import Middleware

from app.api import api_keys, health, order_list, order_stream, orders, problems, products, version_1, webhooks
from app.api.api_keys import CreateApiKey
from app.api.authentication import SECURITY_SCHEMES
from app.api.cross_origin import cross_origin
from app.api.description import REFERENCE
from app.api.health import Health
from app.api.limits import LoadSheddingMiddleware, RateLimitMiddleware
from app.api.middleware import (
    AccessLogMiddleware,
    DeadlineMiddleware,
    HeaderLimitMiddleware,
    RequestIdMiddleware,
    SecurityHeadersMiddleware,
)
from app.api.problems import Problem
from app.api.routes import heads
from app.api.schemas import CreateOnePair, CreateOrder
from app.api.services import Services
from app.api.telemetry import TelemetryMiddleware
from app.api.version_1 import DeprecationMiddleware
from app.api.webhooks import CreateWebhook
from app.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
TITLE = "Fortress orders"
SUMMARY = "Ordering shoes: never oversold, never lost, never twice."
DESCRIPTION = """\
HEAD is answered wherever GET is, without a body; any other method that an address does not name is 405 with `Allow`.
What is no HTTP is 400, a head of more than 64 KiB 431, one that takes longer than 10 s 408: each ends its connection.
"""
VERSION = "2"
NO_FRAMEWORK_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
MODULES = (orders, order_list, order_stream, products, api_keys, webhooks, version_1, health)
BODIES = (CreateOrder, CreateOnePair, CreateApiKey, CreateWebhook)
FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")
TAGS = {
    "orders": "placed, listed, read, cancelled, followed as server-sent events",
    "products": "what the shop sells, and what is left of it",
    "API keys": "for machines: scoped, expiring, ended at once",
    "webhooks": "told of orders by signed requests, which can be replayed",
    "version 1": "deprecated; one pair an order",
}
OPENAPI_PATH = "/api/v2/openapi.json"


def order_api(
    services: Services,
    health_state: Health,
    settings: ServiceSettings,
    *,
    registry: CollectorRegistry,
    lifespan: Lifespan,
) -> FastAPI:
    """The order service's API."""
    api = FastAPI(
        title=TITLE,
        version=VERSION,
        summary=SUMMARY,
        description=DESCRIPTION,
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=NO_FRAMEWORK_TELEMETRY,
        middleware=[
            Middleware(TelemetryMiddleware),
            Middleware(RequestIdMiddleware),
            Middleware(AccessLogMiddleware),
            Middleware(SecurityHeadersMiddleware, health=health_state),
            Middleware(HeaderLimitMiddleware),
            *cross_origin(settings.cors_allowed_origins),
            Middleware(DeprecationMiddleware),
            Middleware(LoadSheddingMiddleware, requests_in_flight_max=settings.requests_in_flight_max),
            Middleware(RateLimitMiddleware, trusted_proxies=settings.trusted_proxies),
            Middleware(DeadlineMiddleware, seconds=settings.deadline_seconds),
        ],
    )
    api.state.services = services
    api.state.health = health_state
    api.state.registry = registry
    problems.install(api)
    api.state.stream_seconds = settings.stream_seconds
    for module in MODULES:
        api.include_router(module.router)
    api.include_router(heads(module.router for module in MODULES))
    api.openapi = lambda: _described(api)
    return api


def openapi_document() -> dict[str, Any]:
    """The description of the API, without anything behind it."""
    api = FastAPI(title=TITLE, version=VERSION, summary=SUMMARY, description=DESCRIPTION)
    for module in MODULES:
        api.include_router(module.router)
    return _described(api)


def probe_api(health_state: Health, *, registry: CollectorRegistry, lifespan: Lifespan) -> FastAPI:
    """Probes and metrics of a process that has no API."""
    api = FastAPI(openapi_url=None, lifespan=lifespan, telemetry=NO_FRAMEWORK_TELEMETRY)
    api.state.health = health_state
    api.state.registry = registry
    api.include_router(health.router)
    return api


def _described(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        document = FastAPI.openapi(api)
        document["tags"] = [{"name": name, "description": says} for name, says in TAGS.items()]
        components = document.setdefault("components", {})
        components["securitySchemes"] = SECURITY_SCHEMES
        schemas = components.setdefault("schemas", {})
        _, described = models_json_schema(
            [(Problem, "serialization"), *((body, "validation") for body in BODIES)], ref_template=REFERENCE
        )
        schemas.update(described["$defs"])
        _forget_framework_problems(document)
    return api.openapi_schema or {}


def _forget_framework_problems(document: dict[str, Any]) -> None:
    """The framework thinks that every parameter may be refused, in its own words; what is refused is documented."""
    for item in document["paths"].values():
        for operation in item.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in FRAMEWORK_SCHEMAS:
        document["components"]["schemas"].pop(name, None)
