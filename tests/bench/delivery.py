"""Versions on their way, under load throughout.

`REQUESTS` (20,000) at `RATE` (500) a second load blue-green; `GOOD_RELEASES` (3) is how many good ones come in a row.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import httpx
import yaml

from sandbox.cluster.kinds import POD, ROLLOUTS_POD_TEMPLATE_HASH
from sandbox.cluster.proxy import ADMIN_PORT
from sandbox.commands.order import ORDER
from sandbox.rollouts import PROMOTE_FULL, Rollouts
from sandbox.shoppers import ORDERED_EACH, SIZES
from sandbox.workspace import Workspace
from tests.bench.figures import Figure, Report
from tests.harness.stack import CHECKOUT, LocalStack, eventually

REQUESTS = int(os.environ.get("REQUESTS", "20000"))
GOOD_RELEASES = int(os.environ.get("GOOD_RELEASES", "3"))
BLUE_GREEN_REQUESTS_PER_SECOND = int(os.environ.get("RATE", "500"))
CANARY_REQUESTS_PER_SECOND = 100
CONNECTIONS = 64
REQUESTS_PER_MINUTE = 1_000_000
STEP_SECONDS = 300
TICK_SECONDS = 0.01
LOOK_SECONDS = 0.02
COPIED = ("app", "infra", "policies", "sandbox", "requirements", "Pulumi.yaml", "Pulumi.local.yaml")
BLUE_GREEN = {
    "strategy": "blue-green",
    "steps": [],
    "promote_after_seconds": 0,
    "scale_down_delay_seconds": 600,
    "watched": [],
}
T = TypeVar("T")
Add = Callable[[str, float, float | None], None]


def measure(report: Report) -> None:
    """Measures on two stacks of its own, one after the other."""

    def add(name: str, measured: float, at_most: float | None) -> None:
        report.add(Figure(name=name, measured=measured, at_most=at_most))

    with _stack(BLUE_GREEN) as stack:
        _blue_green(stack, add)
    with _stack({}) as stack:
        _bad_canary(stack, "errors:0.3", add)
        _bad_canary(stack, "latency:400ms", add)
        _good_canaries(stack, add)


def _blue_green(stack: LocalStack, add: Add) -> None:
    with _rollouts(stack) as rollouts, Load(stack, BLUE_GREEN_REQUESTS_PER_SECOND) as load:
        old = rollouts.rollout()["status"]["stableRS"]
        stack.run("release", "--version", "2")
        deploying = stack.start("deploy", "--version", "2", "--traffic", "0")
        _until(lambda: rollouts.rollout()["status"]["phase"] == "Paused")
        promoted_at = time.monotonic()
        rollouts.promote()
        answered = _last_answer(stack, old)
        add("blue-green: promote to the last old answer, s", answered - promoted_at, 1)
        deploying.communicate()
        new = rollouts.rollout()["status"]["stableRS"]
        undoing = stack.start("undo", "--traffic", "0")
        _until(lambda: rollouts.rollout()["status"]["currentPodHash"] == old)
        back_at = time.monotonic()
        if rollouts.rollout()["status"]["stableRS"] != old:
            rollouts.patch(PROMOTE_FULL)
        answered = _last_answer(stack, new)
        add("blue-green: switch back to the last answer, s", answered - back_at, 1)
        undoing.communicate()
        _until(lambda: load.sent >= REQUESTS)
    add(f"blue-green: failed of {load.sent} requests{load.reasons}", load.failures.total(), 0)
    add("blue-green: requests per second", load.rate, None)


def _bad_canary(stack: LocalStack, fault: str, add: Add) -> None:
    version = fault.replace(":", "-")
    stack.run("release", "--version", version, "--fault", fault)
    with _rollouts(stack) as rollouts, Load(stack, CANARY_REQUESTS_PER_SECOND, ordering=ORDERED_EACH) as load:
        deploying = stack.start("deploy", "--version", version, "--traffic", "0")
        _until(lambda: _weight(rollouts) > 0)
        step_at, failed = time.monotonic(), load.failures.total()
        _until(lambda: rollouts.rollout()["status"].get("abort"))
        verdict_at = time.monotonic()
        _until(lambda: _weight(rollouts) == 0)
        stable_at = time.monotonic()
        failed = load.failures.total() - failed
        deploying.communicate()
    share = CANARY_REQUESTS_PER_SECOND * (stable_at - step_at) / 10
    add(f"canary, {fault}: step to verdict, s", verdict_at - step_at, 20)
    add(f"canary, {fault}: verdict to stable at 100 %, s", stable_at - verdict_at, 5)
    add(f"canary, {fault}: failed requests", failed, round(share))


def _good_canaries(stack: LocalStack, add: Add) -> None:
    aborted = 0
    with Load(stack, CANARY_REQUESTS_PER_SECOND, ordering=ORDERED_EACH) as load:
        for number in range(GOOD_RELEASES):
            stack.run("release", "--version", f"good-{number}")
            deploying = stack.start("deploy", "--version", f"good-{number}", "--traffic", "0")
            output, _ = deploying.communicate()
            if deploying.returncode:
                aborted += 1
                print(output)
    add(f"canary: aborted of {GOOD_RELEASES} good releases in a row", aborted, 0)
    add(f"canary, good: failed of {load.sent} requests{load.reasons}", load.failures.total(), 0)


def _weight(rollouts: Rollouts) -> int:
    weights = rollouts.rollout()["status"]["canary"].get("weights") or {}
    return weights.get("canary", {}).get("weight", 0)


def _last_answer(stack: LocalStack, version: str) -> float:
    """When the gateway had the last answer of a version's pods: since then their count has stood still for a second."""
    state = Workspace(checkout=stack.checkout, state=stack.state)
    gateway = f"127.64.{(state.state / 'cluster' / 'network').read_text()}.2"
    record = stack.parts.get("cluster").record
    pods = httpx.get(f"http://{record.host}:{record.port}{POD.path('orders')}", trust_env=False).json()["items"]
    ours = [each for each in pods if each["metadata"]["labels"].get(ROLLOUTS_POD_TEMPLATE_HASH) == version]
    addresses = {each["status"]["podIP"] for each in ours}
    with httpx.Client(base_url=f"http://{gateway}:{ADMIN_PORT}", trust_env=False) as http:
        before, since = -1, time.monotonic()
        while time.monotonic() - since < 1:
            found = _answers(http.get("/clusters?format=json").json(), addresses)
            if found > before:
                before, since = found, time.monotonic()
            time.sleep(LOOK_SECONDS)
    return since


def _answers(clusters: dict[str, Any], addresses: set[str]) -> int:
    hosts = [host for each in clusters["cluster_statuses"] for host in each.get("host_statuses", ())]
    return sum(
        int(stat.get("value", 0))
        for host in hosts
        if host["address"]["socket_address"]["address"] in addresses
        for stat in host["stats"]
        if stat["name"] == "rq_total"
    )


def _until(condition: Callable[[], T]) -> T:
    return eventually(condition, within_seconds=STEP_SECONDS + REQUESTS / BLUE_GREEN_REQUESTS_PER_SECOND)


@contextmanager
def _rollouts(stack: LocalStack) -> Iterator[Rollouts]:
    with Rollouts(Workspace(checkout=stack.checkout, state=stack.state)) as rollouts:
        yield rollouts


@contextmanager
def _stack(release: dict[str, Any]) -> Iterator[LocalStack]:
    """A raised stack of a checkout of its own, with these settings of `fortress:release`, and callers unbounded."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        checkout.mkdir()
        for name in COPIED:
            source = CHECKOUT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, checkout / name)
        settings = checkout / "Pulumi.local.yaml"
        content = yaml.safe_load(settings.read_text())
        content["config"]["fortress:release"] |= release
        content["config"]["fortress:workload"]["requests_per_minute"] = REQUESTS_PER_MINUTE
        settings.write_text(yaml.safe_dump(content))
        stack = LocalStack(Path(folder) / "state", checkout)
        try:
            stack.run("up")
            yield stack
            stack.run("down")
        finally:
            stack.end_by_force()


class Load:
    """Requests through the load balancer at a steady rate, whatever the answers take.

    They are for the products; `ordering`, one in so many places an order and cancels it, 0 none.
    """

    def __init__(self, stack: LocalStack, requests_per_second: int, *, ordering: int = 0) -> None:
        self.sent = 0
        self.rate = 0.0
        self.failures: Counter[str] = Counter()
        self._ordering = ordering
        self._url = stack.run("url").strip()
        self._headers = {"authorization": f"Bearer {stack.run('token').strip()}"}
        self._requests_per_second = requests_per_second
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    @property
    def reasons(self) -> str:
        """What failed how often, in brackets; empty when nothing failed."""
        counted = ", ".join(f"{count} {reason}" for reason, count in self.failures.most_common())
        return f" ({counted})" if counted else ""

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    async def _run(self) -> None:
        began = time.monotonic()
        limits = aiohttp.TCPConnector(limit=CONNECTIONS)
        waiting = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(self._url, connector=limits, headers=self._headers, timeout=waiting) as http,
            asyncio.TaskGroup() as group,
        ):
            while not self._over.is_set():
                due = int((time.monotonic() - began) * self._requests_per_second)
                for number in range(self.sent, due):
                    places = self._ordering and number % self._ordering == 0
                    group.create_task(self._send(_order_and_cancel(http) if places else _look(http)))
                self.sent = due
                await asyncio.sleep(TICK_SECONDS)
        self.rate = self.sent / (time.monotonic() - began)

    async def _send(self, request: Coroutine[Any, Any, int]) -> None:
        try:
            status = await request
            reason = str(status) if status >= 400 else ""
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = type(error).__name__
        if reason:
            self.failures[reason] += 1


async def _look(http: aiohttp.ClientSession) -> int:
    async with http.get("/api/v2/products") as answer:
        await answer.read()
        return answer.status


async def _order_and_cancel(http: aiohttp.ClientSession) -> int:
    bought = {**ORDER, "size": random.choice(SIZES)}
    async with http.post("/api/v2/orders", json=bought, headers={"idempotency-key": uuid.uuid4().hex}) as answer:
        await answer.read()
        if answer.status != 201:
            return answer.status
    async with http.post(f"{answer.headers['location']}/cancel") as answer:
        await answer.read()
        return answer.status
