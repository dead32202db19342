"""What can be switched while the service runs."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Flag(StrEnum):
    """The switches by name; each is on unless the configuration says otherwise.

    Without `ACCEPT_ORDERS` nothing is sold; without `CHARGE_PAYMENTS` no money is taken, and what is owed goes back.
    """

    ACCEPT_ORDERS = "accept-orders"
    CHARGE_PAYMENTS = "charge-payments"


class Flags(Protocol):
    """Where the switches stand right now."""

    def enabled(self, flag: Flag) -> bool: ...
