"""What the service's processes need besides the parts: a secret and the issuer's keys, on loopback."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.harness.issuer import Issuer

HOST = "127.0.0.1"
REGION = "us-east-1"


@contextlib.contextmanager
def embedded_aws() -> Iterator[str]:
    """moto on a free port; yields its address."""
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.stop()


def aws_client(service: str, endpoint_url: str) -> Any:
    """A client of the embedded AWS."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


@contextlib.contextmanager
def published_keys(issuer: Issuer) -> Iterator[str]:
    """The issuer's keys over HTTP; yields their address."""

    class Keys(_Handler):
        def do_GET(self) -> None:
            self.answer(json.dumps(issuer.jwks()).encode(), "application/json")

    with _serving(Keys) as url:
        yield f"{url}/.well-known/jwks.json"


@contextlib.contextmanager
def span_receiver() -> Iterator[tuple[str, list[Span]]]:
    """An OTLP receiver; yields its address and the spans that arrive there."""
    spans: list[Span] = []

    class Receiver(_Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                request = ExportTraceServiceRequest.FromString(body)
                spans.extend(span for group in request.resource_spans for s in group.scope_spans for span in s.spans)
            self.answer(b"", "application/x-protobuf")

    with _serving(Receiver) as url:
        yield url, spans


@contextlib.contextmanager
def webhook_receiver(*answers: int) -> Iterator[tuple[str, list[tuple[dict[str, str], str]]]]:
    """Answers with each status in turn, then with 204; yields its address and the headers and bodies it got."""
    got: list[tuple[dict[str, str], str]] = []

    class Receiver(_Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(answers[len(got) - 1] if len(got) <= len(answers) else 204)
            self.end_headers()

    with _serving(Receiver) as url:
        yield f"{url}/hook", got


class _Handler(BaseHTTPRequestHandler):
    def answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 - the base's signature
        return


@contextlib.contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
