"""How much a caller may still ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """`remaining` requests of `limit` until the window ends in `reset_seconds`; `granted`: this one is among them."""

    limit: int
    remaining: int
    reset_seconds: int
    granted: bool

    @classmethod
    def after(cls, used: int, *, limit: int, reset_seconds: int) -> Allowance:
        """What is left when `used` requests, this one included, were made."""
        return cls(limit=limit, remaining=max(limit - used, 0), reset_seconds=reset_seconds, granted=used <= limit)


class RateLimiter(Protocol):
    """Counts requests by caller over all replicas; never raises, and without its store each replica counts alone."""

    async def hit(self, caller: str) -> Allowance: ...
