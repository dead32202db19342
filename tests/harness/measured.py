"""What was measured, to be looked at."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


class Measured:
    """Takes the place of the process' providers for whatever asks for its meter or tracer from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._reader = InMemoryMetricReader()
        self._spans = InMemorySpanExporter()
        self.metering = MeterProvider(metric_readers=[self._reader], shutdown_on_exit=False)
        self.tracing = TracerProvider(shutdown_on_exit=False)
        self.tracing.add_span_processor(SimpleSpanProcessor(self._spans))
        monkeypatch.setattr(metrics, "get_meter", self.metering.get_meter)
        monkeypatch.setattr(trace, "get_tracer", self.tracing.get_tracer)

    def points(self, name: str) -> list[Any]:
        """The data points of the metric with that name."""
        data = self._reader.get_metrics_data()
        found = [] if data is None else data.resource_metrics
        return [
            point
            for resource in found
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def values(self, name: str) -> dict[tuple[Any, ...], float]:
        """The values of that metric by those of its attributes, in the order of the attributes' names."""
        return {
            tuple(value for _, value in sorted((point.attributes or {}).items())): point.value
            for point in self.points(name)
        }

    def spans(self) -> list[ReadableSpan]:
        """Those that ended."""
        return list(self._spans.get_finished_spans())
