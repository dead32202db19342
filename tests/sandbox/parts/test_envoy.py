"""The real Envoy, as the load balancer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from sandbox.parts.envoy import write_endpoints
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts

pytestmark = pytest.mark.parts

TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gateway/0123456789abcdef"
SETTINGS = {"target_groups": TARGET_GROUP}


class EchoHeaders(BaseHTTPRequestHandler):
    """Answers with the headers it got."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def target() -> Iterator[tuple[str, int]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), EchoHeaders) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1", server.server_port
        server.shutdown()


def get(part: Part, **headers: str) -> httpx.Response:
    record = part.record
    return httpx.get(f"http://{record.host}:{record.port}/api/v2/orders", headers=headers, trust_env=False)


def test_an_empty_target_group_answers_503(parts: Parts, free_port: int) -> None:
    part = parts.create("envoy", "lb-edge", preferred_port=free_port, settings=SETTINGS)
    assert get(part).status_code == 503


def test_a_load_balancer_without_target_groups_answers_503(parts: Parts, free_port: int) -> None:
    assert get(parts.create("envoy", "lb-edge", preferred_port=free_port)).status_code == 503


def test_requests_reach_a_registered_target_as_an_albs_would(
    parts: Parts,
    free_port: int,
    target: tuple[str, int],
    eventually: Callable[[Callable[[], object]], None],
    listening: Callable[[Part], set[str]],
) -> None:
    part = parts.create("envoy", "lb-edge", preferred_port=free_port, settings=SETTINGS)
    write_endpoints(part.folder, "gateway", [target])
    eventually(lambda: get(part).status_code == 200)
    response = get(part, **{"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "http", "bad_header": "1"})
    seen = response.json()
    assert seen["x-forwarded-proto"] == "https"
    assert re.fullmatch(r"203\.0\.113\.7,[\d.]+", seen["x-forwarded-for"])
    assert "bad_header" not in seen
    assert response.headers["server"] != "envoy"
    assert listening(part) == {"127.0.0.1"}
    write_endpoints(part.folder, "gateway", [])
    eventually(lambda: get(part).status_code == 503)


def test_endpoints_survive_a_kill_and_requests_are_logged(
    parts: Parts,
    free_port: int,
    target: tuple[str, int],
    kill: Callable[[Part], None],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    part = parts.create("envoy", "lb-edge", preferred_port=free_port, settings=SETTINGS)
    write_endpoints(part.folder, "gateway", [target])
    kill(part)
    parts.start_all()
    assert get(part).status_code == 200
    log = part.data / "access.log"
    eventually(lambda: log.exists() and log.read_text())
    line = json.loads(log.read_text().splitlines()[-1])
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v2/orders", 200)
