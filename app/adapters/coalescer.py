"""Many small requests, few large batches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

from app.domain.errors import Unavailable

Request = TypeVar("Request")
Reply = TypeVar("Reply")


class Coalescer(Generic[Request, Reply]):
    """Collects what is submitted while earlier batches run and hands it on as the next batch.

    No request waits for company: an idle worker takes a batch of one at once. `run` gets at most `batch_size_max`
    requests and answers each, in order, with a reply or the exception to raise; what it raises itself, all get.
    Batches run outside of any request's context: one request's deadline is not another's.
    While `queue_length_max` requests wait, further ones are refused with `Unavailable`.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Request]], Awaitable[Sequence[Reply | Exception]]],
        *,
        workers: int,
        batch_size_max: int,
        queue_length_max: int,
    ) -> None:
        self._run = run
        self._batch_size_max = batch_size_max
        self._queue_length_max = queue_length_max
        self._workers_max = workers
        self._working = 0
        self._queue: deque[tuple[Request, asyncio.Future[Reply]]] = deque()
        self._workers: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many requests no batch has taken yet."""
        return len(self._queue)

    async def submit(self, request: Request) -> Reply:
        """The reply to `request`; a caller that gives up before its batch starts is left out of it."""
        if len(self._queue) >= self._queue_length_max:
            raise Unavailable("more orders are waiting than can be taken", retry_after_seconds=1)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._queue.append((request, reply))
        if self._working < self._workers_max:
            self._working += 1
            worker = asyncio.create_task(self._work(), context=Context())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await reply

    async def _work(self) -> None:
        """Until the queue is empty. Nothing is awaited between seeing that and saying so: no request falls between."""
        try:
            while batch := self._next_batch():
                _answer(batch, await self._replies([request for request, _ in batch]))
        finally:
            self._working -= 1

    async def _replies(self, requests: Sequence[Request]) -> Sequence[Reply | Exception]:
        try:
            return await self._run(requests)
        except Exception as error:
            return [error] * len(requests)

    def _next_batch(self) -> list[tuple[Request, asyncio.Future[Reply]]]:
        batch: list[tuple[Request, asyncio.Future[Reply]]] = []
        while self._queue and len(batch) < self._batch_size_max:
            request, reply = self._queue.popleft()
            if not reply.done():
                batch.append((request, reply))
        return batch


def _answer(batch: Sequence[tuple[Request, asyncio.Future[Reply]]], replies: Sequence[Reply | Exception]) -> None:
    for (_, future), reply in zip(batch, replies, strict=True):
        if future.done():
            continue
        if isinstance(reply, Exception):
            future.set_exception(reply)
        else:
            future.set_result(reply)
