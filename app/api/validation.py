"""From what a client sent to what it means, with every broken rule told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.domain.errors import FieldError, InvalidRequest, MalformedRequest
from app.domain.order import LONGEST_IDEMPOTENCY_KEY

Document = TypeVar("Document", bound=BaseModel)
JSON_INVALID = "json_invalid"
IDEMPOTENCY_KEY_PATTERN = rf"^[\x21-\x7e]{{1,{LONGEST_IDEMPOTENCY_KEY}}}$"
IDEMPOTENCY_KEY = re.compile(IDEMPOTENCY_KEY_PATTERN)


class InvalidDocument(InvalidRequest):
    """The body was read and breaks the rules of its schema; `faults` are pydantic's."""

    def __init__(self, faults: Sequence[ErrorDetails]) -> None:
        super().__init__("the request breaks rules", field_errors=[_field_error(fault) for fault in faults])
        self.faults = faults


def document_of(model: type[Document], body: bytes) -> Document:
    """Raises `MalformedRequest` for what is no JSON, `InvalidDocument` for what is and breaks rules."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        if faults[0]["type"] == JSON_INVALID:
            raise MalformedRequest("the body is not valid JSON") from error
        raise InvalidDocument(faults) from error


def idempotency_key(key: str | None) -> str | None:
    """The header's value, checked. Raises `MalformedRequest`."""
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise MalformedRequest(
            f"Idempotency-Key must be 1 to {LONGEST_IDEMPOTENCY_KEY} visible ASCII characters without spaces"
        )
    return key


def _field_error(fault: ErrorDetails) -> FieldError:
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in fault["loc"])
    return FieldError(pointer=pointer, message=fault["msg"])
