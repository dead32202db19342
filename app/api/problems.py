"""Refusals as problem details (RFC 9457): the one place where an error becomes a status."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from opentelemetry import trace
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from app.domain.errors import ErrorKind, FieldError, InvalidRequest, OrderServiceError

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:fortress:problem:"
STATUS_OF = {
    ErrorKind.MALFORMED: HTTPStatus.BAD_REQUEST,
    ErrorKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.TOO_SLOW: HTTPStatus.REQUEST_TIMEOUT,
    ErrorKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorKind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorKind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

log = logging.getLogger(__name__)


class Fault(BaseModel):
    """One broken rule: `pointer` is a JSON pointer into the body, `parameter` a query parameter or header."""

    pointer: str | None = None
    parameter: str | None = None
    message: str


class Problem(BaseModel):
    """Why a request was refused."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    trace_id: str | None = None
    errors: list[Fault] | None = Field(default=None, description="every broken rule, not only the first")


def problem_response(
    status: HTTPStatus,
    *,
    code: str,
    detail: str,
    field_errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The problem as a response; never cached."""
    span = trace.get_current_span().get_span_context()
    problem = Problem(
        type=f"{TYPE_PREFIX}{code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        trace_id=f"{span.trace_id:032x}" if span.is_valid else None,
        errors=[_fault(fault) for fault in field_errors] or None,
    )
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def refusal_response(error: OrderServiceError) -> Response:
    """What the service refuses, in HTTP."""
    headers = {}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    if error.kind is ErrorKind.UNAUTHENTICATED:
        headers["www-authenticate"] = 'Bearer error="invalid_token"'
    return problem_response(
        STATUS_OF[error.kind],
        code=error.code,
        detail=error.message,
        field_errors=error.field_errors,
        headers=headers,
    )


def _fault(error: FieldError) -> Fault:
    pointer = error.pointer if error.parameter is None else None
    return Fault(pointer=pointer, parameter=error.parameter, message=error.message)


def install(api: FastAPI) -> None:
    """Makes every error of `api` a problem."""
    api.add_exception_handler(OrderServiceError, _on_refusal)
    api.add_exception_handler(RequestValidationError, _on_invalid_parameters)
    api.add_exception_handler(HTTPException, _on_http_exception)
    api.add_exception_handler(ClientDisconnect, _on_client_gone)
    api.add_exception_handler(Exception, _on_fault)


async def _on_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, OrderServiceError)  # noqa: S101 - the handler is registered for this type
    return refusal_response(error)


async def _on_invalid_parameters(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler is registered for this type
    faults = [FieldError(parameter=str(fault["loc"][1]), message=fault["msg"]) for fault in error.errors()]
    return refusal_response(InvalidRequest("the request's parameters break rules", field_errors=faults))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler is registered for this type
    status = HTTPStatus(error.status_code)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(sorted(_allowed_methods(request)))
    return problem_response(
        status, code=status.name.lower(), detail=status.description or status.phrase, headers=headers
    )


def _allowed_methods(request: Request) -> set[str]:
    """Of all routes with the address; the framework names those of the first one only."""
    return {
        method
        for method in METHODS
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }


async def _on_client_gone(_request: Request, _error: Exception) -> Response:
    """Nobody reads it; it keeps a client that left from counting as a fault of ours."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _on_fault(_request: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR, code="internal_error", detail="something went wrong on our side"
    )
