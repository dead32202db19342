"""Everything that the service refuses, with one base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """What sort of refusal it is, in words of no protocol."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One fault of a request: `pointer` is a JSON pointer into the body, empty for the whole of it.

    `parameter` names a query parameter or header where the fault is in one.
    """

    message: str
    pointer: str = ""
    parameter: str | None = None


class OrderServiceError(Exception):
    """Base of all refusals: a stable `code` for programs, a `message` for people, no internals in either."""

    kind: ClassVar[ErrorKind]
    code: ClassVar[str]

    def __init__(
        self, message: str, *, field_errors: Sequence[FieldError] = (), retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field_errors = tuple(field_errors)
        self.retry_after_seconds = retry_after_seconds


class MalformedRequest(OrderServiceError):  # noqa: N818 - reads as the refusal that it is
    """The request cannot be read at all."""

    kind = ErrorKind.MALFORMED
    code = "malformed_request"


class InvalidRequest(OrderServiceError):  # noqa: N818
    """The request was read and breaks rules; `field_errors` names every one."""

    kind = ErrorKind.INVALID
    code = "invalid_request"


class IdempotencyKeyReused(OrderServiceError):  # noqa: N818
    """The key was used before with another body."""

    kind = ErrorKind.INVALID
    code = "idempotency_key_reused"


class IdempotencyKeyInFlight(OrderServiceError):  # noqa: N818
    """Another request with the key is being answered right now."""

    kind = ErrorKind.CONFLICT
    code = "idempotency_key_in_flight"


class Unauthenticated(OrderServiceError):  # noqa: N818
    """No valid proof of who is asking."""

    kind = ErrorKind.UNAUTHENTICATED
    code = "unauthenticated"


class Forbidden(OrderServiceError):  # noqa: N818
    """Known, and not allowed."""

    kind = ErrorKind.FORBIDDEN
    code = "forbidden"


class OrderNotFound(OrderServiceError):  # noqa: N818
    """No such order, or not one that the asker may know of."""

    kind = ErrorKind.NOT_FOUND
    code = "order_not_found"


class OutOfStock(OrderServiceError):  # noqa: N818
    """Fewer pairs are left than were asked for."""

    kind = ErrorKind.CONFLICT
    code = "out_of_stock"


class BodyTooSlow(OrderServiceError):  # noqa: N818
    """The body did not arrive in time."""

    kind = ErrorKind.TOO_SLOW
    code = "body_too_slow"


class BodyTooLarge(OrderServiceError):  # noqa: N818
    """The body is longer than is read."""

    kind = ErrorKind.TOO_LARGE
    code = "body_too_large"


class UnsupportedMediaType(OrderServiceError):  # noqa: N818
    """The body is not JSON."""

    kind = ErrorKind.UNSUPPORTED
    code = "unsupported_media_type"


class TooManyRequests(OrderServiceError):  # noqa: N818
    """The caller has used up what one caller may ask for."""

    kind = ErrorKind.TOO_MANY
    code = "too_many_requests"


class Unavailable(OrderServiceError):  # noqa: N818
    """Something that is needed does not answer; nothing was decided, trying again is right."""

    kind = ErrorKind.UNAVAILABLE
    code = "unavailable"
