"""Traces, metrics and logs. Sampling, endpoint and service name come from OpenTelemetry's own variables.

Traces are sent, metrics are read by whoever asks for them: sent as well, they would count twice.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from opentelemetry import context, metrics, propagate, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.adapters.exemplars import ExemplarReader, ExemplarRegistry
from app.settings import ServiceSettings, TelemetrySettings

TRACEPARENT = "traceparent"
ROW_VALUES = "DETAIL:"
NOT_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

_trace_context = TraceContextTextMapPropagator()
_encoder = json.JSONEncoder(default=str)


class Telemetry:
    """Providers of one process.

    `registry` holds the metrics as Prometheus reads them, `shutdown` sends what is left.
    """

    def __init__(self, service: ServiceSettings, telemetry: TelemetrySettings, *, role: str) -> None:
        resource = Resource.create(
            {
                "service.version": service.service_version,
                "deployment.environment.name": service.environment,
                "fortress.role": role,
            }
        )
        self.registry = ExemplarRegistry()
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        if telemetry.otel_exporter_otlp_endpoint:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            self._traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._metrics = MeterProvider(
            metric_readers=[ExemplarReader(self.registry)], resource=resource, shutdown_on_exit=False
        )
        trace.set_tracer_provider(self._traces)
        metrics.set_meter_provider(self._metrics)
        propagate.set_global_textmap(_trace_context)

    def shutdown(self) -> None:
        """Blocks for as long as the last export takes."""
        self._traces.shutdown()
        self._metrics.shutdown()


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace and span id, what `extra` names, and the error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            entry |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        entry |= {name: value for name, value in vars(record).items() if name not in NOT_FIELDS}
        if record.exc_info:
            entry["error"] = self._trace_back(record.exc_info)
        return _encoder.encode(entry)

    def _trace_back(self, failed: Any) -> str:
        """Without PostgreSQL's details: those hold the values of a row."""
        lines = self.formatException(failed).splitlines()
        return "\n".join(line for line in lines if not line.startswith(ROW_VALUES))


def configure_logging(level: str) -> None:
    """All loggers write JSON lines to standard output, uvicorn's too."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "botocore", "boto3", "urllib3", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def traceparent_of(span: trace.Span) -> str | None:
    """The W3C `traceparent` that names `span`; None when nothing is traced."""
    carrier: dict[str, str] = {}
    _trace_context.inject(carrier, context=trace.set_span_in_context(span, context.Context()))
    return carrier.get(TRACEPARENT)


def context_of(traceparent: str | None) -> context.Context:
    """The context that a stored or received `traceparent` names; an empty one for None."""
    return _trace_context.extract({TRACEPARENT: traceparent} if traceparent else {}, context=context.Context())
