"""`python -m sandbox.parts.collector_server --port N --state-dir PATH`: receives OTLP over HTTP, keeps the traces.

Metrics and logs are accepted and dropped: metrics are read from the service itself, logs from its output.
"""

import argparse
import gzip
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from wsgiref.types import WSGIApplication

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from werkzeug.serving import WSGIRequestHandler, run_simple
from werkzeug.wrappers import Request, Response

from sandbox.parts.collector import FILE
from sandbox.parts.part import LOOPBACK

PROTOBUF = "application/x-protobuf"
EXPORTS_KEPT = 20_000


class KeptAlive(WSGIRequestHandler):
    """Connections serve many requests."""

    protocol_version = "HTTP/1.1"


def receiver(file: Path) -> WSGIApplication:
    """Keeps the traces that are posted; answers 400, 404 and 415 with the reason to what it cannot take."""
    _prepare(file)

    @Request.application
    def answer(request: Request) -> Response:
        if request.method != "POST" or request.path not in ("/v1/traces", "/v1/metrics", "/v1/logs"):
            return Response(f"{request.method} {request.path} is not served", status=404)
        if request.mimetype != PROTOBUF:
            return Response(f"content type {request.mimetype!r} is not {PROTOBUF}", status=415)
        body = request.get_data()
        try:
            plain = gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body
            if request.path == "/v1/traces":
                _keep(ExportTraceServiceRequest.FromString(plain).SerializeToString(), file)
        except (DecodeError, gzip.BadGzipFile) as error:
            return Response(f"the body cannot be read: {error}", status=400)
        return Response(b"", mimetype=PROTOBUF)

    return answer


def _prepare(file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE IF NOT EXISTS export (body BLOB)")


def _keep(body: bytes, file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("INSERT INTO export VALUES (?)", (body,))
        database.execute("DELETE FROM export WHERE rowid <= (SELECT max(rowid) FROM export) - ?", (EXPORTS_KEPT,))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.parts.collector_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    run_simple(LOOPBACK, options.port, receiver(options.state_dir / FILE), threaded=True, request_handler=KeptAlive)
