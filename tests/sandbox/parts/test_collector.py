"""Where traces end, fed by the SDK's own exporter and by Envoy."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from sandbox.parts.collector import Collector
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts

pytestmark = pytest.mark.parts


@pytest.fixture
def collector(parts: Parts, free_port: int) -> Collector:
    part = parts.create("collector", "collector", preferred_port=free_port)
    assert isinstance(part, Collector)
    return part


def url(part: Part, path: str) -> str:
    return f"http://{part.record.host}:{part.record.port}{path}"


def place_an_order(part: Part) -> str:
    """A trace of two spans; its id."""
    provider = TracerProvider(resource=Resource({"service.name": "orders"}))
    exporter = OTLPSpanExporter(endpoint=url(part, "/v1/traces"), compression=Compression.Gzip)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("POST /api/v2/orders", attributes={"http.response.status_code": 201}) as span:
        tracer.start_span("INSERT").end()
    provider.shutdown()
    return f"{span.get_span_context().trace_id:032x}"


def test_the_spans_of_a_trace_are_read_back_even_after_a_kill(
    parts: Parts, collector: Collector, kill: Callable[[Part], None], listening: Callable[[Part], set[str]]
) -> None:
    assert listening(collector) == {"127.0.0.1"}
    place_an_order(collector)
    trace_id = place_an_order(collector)
    kill(collector)
    parts.start_all()
    root, child = collector.spans(trace_id)
    assert (root.name, root.service, root.parent_id) == ("POST /api/v2/orders", "orders", "")
    assert root.attributes == {"http.response.status_code": "201"}
    assert (child.name, child.parent_id, child.trace_id) == ("INSERT", root.span_id, trace_id)
    assert root.start_ns <= child.start_ns <= child.end_ns <= root.end_ns


def test_a_trace_begins_at_the_load_balancer(
    parts: Parts, collector: Collector, free_port: int, eventually: Callable[[Callable[[], object]], None]
) -> None:
    settings = {"otlp_http_port": str(collector.record.port)}
    balancer = parts.create("envoy", "lb-edge", preferred_port=free_port, settings=settings)
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    parent = f"00-{trace_id}-b7ad6b7169203331-01"
    httpx.get(url(balancer, "/"), headers={"traceparent": parent}, trust_env=False)
    eventually(lambda: collector.spans(trace_id))
    (span,) = collector.spans(trace_id)
    assert (span.service, span.kind, span.parent_id) == ("load-balancer", "server", "b7ad6b7169203331")


@pytest.mark.parametrize(
    ("path", "content_type", "body", "status"),
    [
        ("/v1/traces", "application/x-protobuf", b"\xff", 400),
        ("/v1/traces", "application/json", b"{}", 415),
        ("/v1/profiles", "application/x-protobuf", b"", 404),
        ("/v1/metrics", "application/x-protobuf", b"", 200),
        ("/v1/logs", "application/x-protobuf", b"", 200),
    ],
)
def test_what_it_cannot_take_is_refused(
    collector: Collector, path: str, content_type: str, body: bytes, status: int
) -> None:
    response = httpx.post(url(collector, path), content=body, headers={"content-type": content_type}, trust_env=False)
    assert response.status_code == status
