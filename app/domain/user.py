"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import Forbidden


class Scope(StrEnum):
    """What a token was issued for."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"


class Role(StrEnum):
    """What a person is to the shop."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    ADMIN = "admin"


STAFF = frozenset({Role.SUPPORT, Role.ADMIN})


@dataclass(frozen=True, kw_only=True)
class User:
    """A caller whose token or key was verified; a `machine` came with a key."""

    id: str
    scopes: frozenset[Scope]
    roles: frozenset[Role]
    machine: bool = False

    def require(self, scope: Scope) -> None:
        """Raises `Forbidden` unless the caller's token carries `scope`."""
        if scope not in self.scopes:
            raise Forbidden(f"the token does not carry the scope {scope}")

    def may_see_orders_of(self, customer_id: str) -> bool:
        """Owners see their own orders, staff see all."""
        return self.id == customer_id or self.is_staff

    @property
    def is_staff(self) -> bool:
        """Whether the caller works for the shop."""
        return not STAFF.isdisjoint(self.roles)
