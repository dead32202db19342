"""How an endpoint is called, and asked for the head of its answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute


class DirectRoute(APIRoute):
    """Documented as every route; an endpoint that takes the request alone is called with it, and nothing is solved."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What the framework calls for a request."""
        if list(inspect.signature(self.endpoint).parameters) == ["request"]:
            return self.endpoint
        return super().get_route_handler()


def heads(routers: Iterable[APIRouter]) -> APIRouter:
    """Whatever can be got has a head (RFC 9110, section 9.3.2): the same answer, of which the server sends no body."""
    found = APIRouter(include_in_schema=False)
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                found.add_api_route(
                    route.path,
                    route.endpoint,
                    methods=["HEAD"],
                    response_model=None,
                    response_class=route.response_class,
                    route_class_override=type(route),
                )
    return found
