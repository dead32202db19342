"""Where traces end locally, as X-Ray does on AWS: an OTLP receiver whose spans can be read back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

from sandbox.parts.python_module import PythonModule

FILE = "traces.sqlite"


@dataclass(frozen=True, kw_only=True)
class Span:
    """One span; ids in hexadecimal, times in nanoseconds since the epoch, `parent_id` empty for a root."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start_ns: int
    end_ns: int
    attributes: dict[str, str]


class Collector(PythonModule):
    """OTLP over HTTP in protobuf; keeps the newest 20,000 exports of traces."""

    kind = "collector"
    module = "sandbox.parts.collector_server"

    def state_dir(self) -> Path:
        return self.data

    def spans(self, trace_id: str) -> list[Span]:
        """Every span received of the trace with this id (32 hexadecimal digits), by start time."""
        wanted = bytes.fromhex(trace_id)
        found = [_span(span, group) for group, span in self._received() if span.trace_id == wanted]
        return sorted(found, key=lambda span: span.start_ns)

    def _received(self) -> Iterator[tuple[ResourceSpans, SpanMessage]]:
        if not (self.data / FILE).exists():
            return
        with closing(sqlite3.connect(self.data / FILE, timeout=10)) as database:
            exports = database.execute("SELECT body FROM export").fetchall()
        for (body,) in exports:
            for group in ExportTraceServiceRequest.FromString(body).resource_spans:
                yield from ((group, span) for scope in group.scope_spans for span in scope.spans)


def _span(span: SpanMessage, group: ResourceSpans) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        service=_attributes(group.resource.attributes).get("service.name", ""),
        name=span.name,
        kind=SpanMessage.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
    )


def _attributes(pairs) -> dict[str, str]:
    return {pair.key: str(getattr(pair.value, pair.value.WhichOneof("value") or "string_value")) for pair in pairs}
