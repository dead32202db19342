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

from tests.harness.issuer import Issuer

HOST = "127.0.0.1"
REGION = "us-east-1"


@contextlib.contextmanager
def embedded_aws() -> Iterator[str]:
    """moto on a free port; yields its address."""
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://{HOST}:{port}"
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

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.jwks()).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 - the base's signature
            return

    server = ThreadingHTTPServer((HOST, 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}/.well-known/jwks.json"
    server.shutdown()
    thread.join()
    server.server_close()
