"""What the shop sells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Product:
    """A shoe; `available` maps each size it is made in to the pairs left, `price_cents` is for one pair."""

    id: str
    name: str
    price_cents: int
    currency: str
    available: Mapping[int, int]
