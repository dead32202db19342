"""Cache-aside over the catalogue: one reader at a time asks the source, whose failure or delay nobody sees."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Sequence
from contextvars import Context
from dataclasses import asdict, dataclass
from typing import Any

from app.adapters.cache import Cache
from app.domain.errors import Unavailable
from app.domain.ports import ProductCatalogue
from app.domain.product import Product

PRODUCTS_KEY = "products:2"
FRESH_SECONDS = 3.0
FRESH_JITTER_SECONDS = 2.0
STALE_MILLISECONDS = 3_600_000
MEMORY_SECONDS = 0.25
PATIENCE_SECONDS = 0.3

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Copy:
    products: Sequence[Product]
    fresh_until: float


class CachedProducts:
    """Products as the cache keeps them for 3 to 5 s, and for an hour in case the source is away.

    Each replica asks the cache at most four times a second and the source once at a time, so that neither a dead cache
    nor a crowd reaches the database.
    """

    def __init__(self, source: ProductCatalogue, cache: Cache) -> None:
        self._source = source
        self._cache = cache
        self._known: _Copy | None = None
        self._read_at = -float("inf")
        self._reading: asyncio.Task[Sequence[Product]] | None = None

    async def products(self) -> Sequence[Product]:
        """See `ProductCatalogue.products`."""
        if self._known is not None and time.monotonic() - self._read_at < MEMORY_SECONDS:
            return self._known.products
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(), context=Context())
        if self._known is not None:
            await asyncio.wait({self._reading}, timeout=PATIENCE_SECONDS)
            if not self._reading.done():
                return self._known.products
        return await asyncio.shield(self._reading)

    async def _read(self) -> Sequence[Product]:
        kept = await self._cache.get(PRODUCTS_KEY)
        copy = None if kept is None else _copy_or_nothing(kept)
        if copy is not None:
            self._known = copy
        if copy is None or copy.fresh_until < time.time():
            copy = await self._ask_source()
        self._read_at = time.monotonic()
        return copy.products

    async def _ask_source(self) -> _Copy:
        try:
            products = await self._source.products()
        except Unavailable:
            if self._known is None:
                raise
            return self._known
        copy = self._known = _Copy(products=products, fresh_until=time.time() + _jittered_seconds())
        await self._cache.put(PRODUCTS_KEY, _document(copy), milliseconds=STALE_MILLISECONDS)
        return copy


async def forget_products(cache: Cache) -> None:
    """Every replica's next look reads the source."""
    await cache.forget(PRODUCTS_KEY)


def _jittered_seconds() -> float:
    return FRESH_SECONDS + random.uniform(0, FRESH_JITTER_SECONDS)  # noqa: S311 - spreads load, keeps no secret


def _document(copy: _Copy) -> bytes:
    return json.dumps(asdict(copy)).encode()


def _copy_or_nothing(kept: bytes) -> _Copy | None:
    """Nothing for what this version does not understand: it is asked for anew, and written over."""
    try:
        return _copy(kept)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("kept products not understood", extra={"cause": type(error).__name__})
        return None


def _copy(kept: bytes) -> _Copy:
    document = json.loads(kept)
    return _Copy(products=[_product(entry) for entry in document["products"]], fresh_until=document["fresh_until"])


def _product(entry: dict[str, Any]) -> Product:
    return Product(**{**entry, "available": {int(size): left for size, left in entry["available"].items()}})
