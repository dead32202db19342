"""How long a request may still take; carried along with it, wherever it goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.domain.errors import Unavailable

_ends_at: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """What runs inside has that long at most; an outer deadline that is nearer stays."""
    mine = time.monotonic() + seconds
    outer = _ends_at.get()
    token = _ends_at.set(mine if outer is None else min(mine, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining_seconds(longest: float) -> float:
    """How long an outward call may take: `longest`, or what is left. Raises `Unavailable` when nothing is."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return longest
    left = ends_at - time.monotonic()
    if left <= 0:
        raise Unavailable("the time for this request is over", retry_after_seconds=1)
    return min(longest, left)
