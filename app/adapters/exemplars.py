"""Exemplars: for each bucket of a histogram, the trace of a request that fell into it.

OpenTelemetry's SDK keeps them for sampled traces; its exporter for Prometheus leaves them out. They are told to who
asks for OpenMetrics: the older text format has no place for them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics.export import Histogram, HistogramDataPoint, Metric, MetricsData
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Exemplar, Sample

LAST_BOUND = "+Inf"
BOUND = "le"
NANOSECONDS = 1e9
Bucket = tuple[str, frozenset[tuple[str, str]], str]


class ExemplarRegistry(CollectorRegistry):
    """Tells with each bucket the last exemplar that was heard of it: there are at most as many as buckets."""

    def __init__(self) -> None:
        super().__init__()
        self._exemplars: dict[Bucket, Exemplar] = {}

    def keep(self, exemplars: Mapping[Bucket, Exemplar]) -> None:
        """Takes the place of older ones of the same buckets."""
        self._exemplars.update(exemplars)

    def collect(self) -> Iterable[Family]:
        """See `CollectorRegistry.collect`."""
        for family in super().collect():
            if family.type == "histogram":
                family.samples = [self._told(family, sample) for sample in family.samples]
            yield family

    def _told(self, family: Family, sample: Sample) -> Sample:
        if BOUND not in sample.labels:
            return sample
        name = family.name.removesuffix(f"_{family.unit}")
        return sample._replace(exemplar=self._exemplars.get(_bucket(name, sample.labels, sample.labels[BOUND])))


class ExemplarReader(PrometheusMetricReader):
    """Reads exemplars beside the metrics, whenever those are collected."""

    def __init__(self, registry: ExemplarRegistry) -> None:
        super().__init__(scope_info_enabled=False, registry=registry)
        self._exemplars = registry

    def _receive_metrics(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> None:
        self._exemplars.keep(dict(_exemplars(metrics_data)))
        super()._receive_metrics(metrics_data, timeout_millis, **kwargs)


def _exemplars(data: MetricsData) -> Iterator[tuple[Bucket, Exemplar]]:
    metrics = [metric for of in data.resource_metrics for scope in of.scope_metrics for metric in scope.metrics]
    for metric in metrics:
        if isinstance(metric.data, Histogram):
            for point in metric.data.data_points:
                yield from _of_point(metric, point)


def _of_point(metric: Metric, point: HistogramDataPoint) -> Iterator[tuple[Bucket, Exemplar]]:
    labels = {_plain(name): str(value) for name, value in (point.attributes or {}).items()}
    bounds = [*map(str, point.explicit_bounds), LAST_BOUND]
    for exemplar in point.exemplars:
        if exemplar.trace_id and exemplar.span_id:
            bound = bounds[bisect_left(point.explicit_bounds, exemplar.value)]
            trace = {"trace_id": f"{exemplar.trace_id:032x}", "span_id": f"{exemplar.span_id:016x}"}
            yield (
                _bucket(_plain(metric.name), labels, bound),
                Exemplar(trace, exemplar.value, exemplar.time_unix_nano / NANOSECONDS),
            )


def _bucket(name: str, labels: Mapping[str, str], bound: str) -> Bucket:
    """A label that a series lacks is empty where others of its family have it: it counts for nothing."""
    return name, frozenset((key, value) for key, value in labels.items() if value and key != BOUND), bound


def _plain(name: str) -> str:
    return name.replace(".", "_")
