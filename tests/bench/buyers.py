"""Buyers as they should be: each wish has an idempotency key, and is repeated until it is decided."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field

import httpx

from tests.bench.shop import ORDERS, Shop

BUYERS = 16
SCARCE_OFFER = ("jordan-1", 9)
SCARCE_WISHES = 5
"""How often the scarce offer is wanted, compared to each other one."""
PAUSE_SECONDS = 0.05
TIMEOUT_SECONDS = 15
SOLD_OUT = "out_of_stock"


@dataclass(kw_only=True)
class Told:
    """The ids that buyers were told were confirmed, and how many requests had to be repeated."""

    confirmed: set[str] = field(default_factory=set)
    repeated: int = 0


class Buyers:
    """Spread over the replicas at `urls`; what one does not answer is repeated at the next."""

    def __init__(self, shop: Shop, urls: list[str]) -> None:
        self._urls = urls
        self._offers = itertools.cycle([*shop.offers(), *[SCARCE_OFFER] * SCARCE_WISHES])
        self._tokens = itertools.cycle(
            [shop.issuer.token(f"user-{number}", exp=4_000_000_000) for number in range(BUYERS)]
        )

    def move(self, url: str, new_url: str) -> None:
        """A replica was replaced."""
        self._urls[self._urls.index(url)] = new_url

    async def buy_while(self, happening: Coroutine[None, None, None]) -> Told:
        """Until it has happened, and then until the last wish is decided."""
        told, over = Told(), asyncio.Event()
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client, asyncio.TaskGroup() as tasks:
            for _ in range(BUYERS):
                tasks.create_task(self._buy_until(over, client, told))
            await happening
            over.set()
        return told

    async def _buy_until(self, over: asyncio.Event, client: httpx.AsyncClient, told: Told) -> None:
        while not over.is_set():
            product_id, size = next(self._offers)
            headers = {"authorization": f"Bearer {next(self._tokens)}", "idempotency-key": uuid.uuid4().hex}
            wish = {"product_id": product_id, "size": size, "quantity": 1}
            for attempt in itertools.count():
                answer = await self._answer(client, attempt, headers, wish)
                if answer is not None and answer.status_code == httpx.codes.CREATED:
                    told.confirmed.add(answer.json()["order_id"])
                    break
                if answer is not None and answer.json()["code"] == SOLD_OUT:
                    break
                told.repeated += 1
                await asyncio.sleep(PAUSE_SECONDS)

    async def _answer(
        self, client: httpx.AsyncClient, attempt: int, headers: dict[str, str], wish: dict[str, object]
    ) -> httpx.Response | None:
        try:
            return await client.post(f"{self._urls[attempt % len(self._urls)]}{ORDERS}", json=wish, headers=headers)
        except httpx.TransportError:
            return None
