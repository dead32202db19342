"""A stand-in for a payment gateway: it keeps nothing, and so every answer is the same however often it is asked for.

It declines what costs more than 10,000.00; no money moves.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LARGEST_AMOUNT_CENTS = 1_000_000


async def _authorise(request: Request) -> JSONResponse:
    document = await request.json()
    if document["amount_cents"] > LARGEST_AMOUNT_CENTS:
        return JSONResponse({"status": "declined"}, status_code=402)
    return JSONResponse({"status": "authorised"})


async def _capture(_: Request) -> JSONResponse:
    return JSONResponse({"status": "captured"})


async def _reverse(_: Request) -> JSONResponse:
    return JSONResponse({"status": "reversed"})


def stand_in_gateway() -> Starlette:
    """The gateway as an ASGI application."""
    actions = {"authorise": _authorise, "capture": _capture, "reverse": _reverse}
    return Starlette(
        routes=[
            Route(f"/v1/payments/{{reference}}/{action}", answer, methods=["POST"])
            for action, answer in actions.items()
        ]
    )
