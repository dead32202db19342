"""The faults, by themselves and as a real server with the hook beside it meets them."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import fault, releases
from tests.harness.processes import free_port, wait_until

SERVICE = """
import sys, uvicorn

async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"served"})

uvicorn.run(application, port=PORT, lifespan="off", log_level="warning")
"""


async def application(_scope: object, _receive: object, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"served"})


async def answer(kind: str, value: str = "", path: str = "/api/v2/products") -> int:
    transport = httpx.ASGITransport(fault.wrapped(application, kind, value))
    async with httpx.AsyncClient(transport=transport, base_url="http://orders") as client:
        return (await client.get(path)).status_code


async def test_errors_are_answers_of_500_in_the_share_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    chances = iter([0.29, 0.31])
    monkeypatch.setattr("random.random", lambda: next(chances))
    assert [await answer("errors", "0.3"), await answer("errors", "0.3")] == [500, 200]


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
async def test_probes_and_metrics_are_spared(path: str) -> None:
    assert await answer("errors", "1", path) == 200


async def test_latency_holds_every_answer_back(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    assert await answer("latency", "400ms") == 200
    assert waited == [0.4]


async def test_a_leak_keeps_memory_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(fault, "bytearray", lambda content: taken.append(len(content)), raising=False)
    assert [await answer("leak"), await answer("leak")] == [200, 200]
    assert taken == [fault.LEAK_BYTES] * 2


@contextmanager
def serving(folder: Path, kind: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """`python -m app api` out of an image with that fault in it."""
    (folder / "app").mkdir()
    (folder / "app" / "__main__.py").write_text(SERVICE.replace("PORT", str(port)))
    (folder / releases.FOLDER).mkdir()
    (folder / releases.FOLDER / "sitecustomize.py").write_text(releases.HOOK.read_text())
    (folder / releases.FOLDER / "fault").write_text(kind)
    environment = {"PYTHONPATH": str(folder / releases.FOLDER)}
    command = [sys.executable, "-m", "app", "api"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_service_of_a_faulty_image_fails_though_its_sources_are_good(tmp_path: Path) -> None:
    port = free_port()
    with (
        serving(tmp_path, "errors:1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        wait_until(lambda: answers(http, "/health/live") == 200)
        assert answers(http, "/api/v2/products") == 500


def answers(http: httpx.Client, path: str) -> int | None:
    try:
        return http.get(path).status_code
    except httpx.TransportError:
        return None


def test_a_version_that_crashes_says_so_and_never_listens(tmp_path: Path) -> None:
    with serving(tmp_path, "crash", free_port()) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "this version crashes when it starts" in said
