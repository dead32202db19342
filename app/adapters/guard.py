"""What stands between the service and everything that it calls: bulkhead, circuit breaker, deadline, retry budget.

The breaker is `circuitbreaker`'s, the bulkhead anyio's limiter, retries are tenacity's, their budget a window of
`limits`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Literal, TypeVar

import anyio
from circuitbreaker import STATE_CLOSED, STATE_HALF_OPEN, STATE_OPEN, CircuitBreaker, CircuitBreakerMonitor
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from opentelemetry import metrics
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from app.domain.deadline import remaining_seconds
from app.domain.errors import Unavailable

RETRIES_PER_SECOND_MAX = 10
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5
STATES = {STATE_CLOSED: 0, STATE_HALF_OPEN: 1, STATE_OPEN: 2}

Result = TypeVar("Result")
log = logging.getLogger(__name__)
refused = metrics.get_meter(__name__).create_counter(
    "outward_calls_refused", description="Calls that were not made: circuit open, or too many at once."
)


class _Breaker(CircuitBreaker):
    """Counts failures and answers; a call that its caller gave up says nothing of the other side.

    The last failure is not kept: its traceback would keep all that the call held.
    """

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            return False
        super().__exit__(kind, error, traceback)
        self._last_failure = None
        return False


class Guard:
    """Everything that is called under one `name`.

    At most `concurrent_max` calls run at once, the next ones are refused. After `failures_max` of `failures` in a row
    none are made for `open_seconds`; then calls try again, and the first that fails closes the way again. What is
    refused raises `Unavailable`.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: tuple[type[Exception], ...],
        concurrent_max: int,
        timeout_seconds: float,
        failures_max: int = 5,
        open_seconds: int = 1,
        published: bool = True,
    ) -> None:
        """`published`: whether `observe_circuits` shows it; one of many under the same name is not shown."""
        self.name = name
        self._failures = failures
        self._timeout_seconds = timeout_seconds
        self._bulkhead = anyio.CapacityLimiter(concurrent_max)
        self._breaker = _Breaker(
            failure_threshold=failures_max,
            recovery_timeout=open_seconds,
            expected_exception=failures,  # type: ignore[arg-type] - a tuple is what it documents
            name=name,
        )
        if published:
            CircuitBreakerMonitor.register(self._breaker)
        self._open_seconds = open_seconds
        self._budget = MovingWindowRateLimiter(MemoryStorage())
        self._retries = RateLimitItemPerSecond(RETRIES_PER_SECOND_MAX)

    @property
    def open(self) -> bool:
        """Whether calls are refused right now."""
        return self._breaker.opened

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """One call, whatever it is; its own timeout is the caller's business."""
        if self._breaker.opened:
            raise self._refusal("does not answer right now")
        token = object()
        try:
            self._bulkhead.acquire_on_behalf_of_nowait(token)
        except anyio.WouldBlock:
            raise self._refusal("is asked too much at once") from None
        try:
            with self._breaker:
                yield
        finally:
            self._bulkhead.release_on_behalf_of(token)

    async def call(self, operation: Callable[[], Awaitable[Result]], *, attempts_max: int = 1) -> Result:
        """The result of `operation`, which is cancelled at its timeout (TimeoutError) or the request's deadline.

        What may be repeated gets more than one attempt: with full jitter between them, and only while all calls of
        this guard together retry less than ten times a second.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, self._failures)),
            wait=wait_random_exponential(multiplier=FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS),
            stop=stop_after_attempt(attempts_max),
            before_sleep=self._spend,
            reraise=True,
        )
        return await retrying(self._once, operation)

    async def _once(self, operation: Callable[[], Awaitable[Result]]) -> Result:
        async with self.admitted():
            with anyio.fail_after(remaining_seconds(self._timeout_seconds)):
                return await operation()

    async def _spend(self, state: RetryCallState) -> None:
        if await self._budget.hit(self._retries, self.name):
            return
        log.warning("no retry left to spend", extra={"guard": self.name})
        outcome = state.outcome
        error = None if outcome is None else outcome.exception()
        raise error or self._refusal("is asked too much at once")

    def _refusal(self, what: str) -> Unavailable:
        refused.add(1, {"guard": self.name})
        return Unavailable(f"the {self.name} {what}", retry_after_seconds=self._open_seconds)


def observe_circuits() -> None:
    """Publishes the state of every circuit of this process: 0 closed, 1 half open, 2 open."""

    def states(_: metrics.CallbackOptions) -> list[metrics.Observation]:
        return [
            metrics.Observation(STATES[circuit.state], {"guard": circuit.name})
            for circuit in CircuitBreakerMonitor.get_circuits()
        ]

    metrics.get_meter(__name__).create_observable_gauge("circuit_state", callbacks=[states])
