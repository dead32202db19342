import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from app.adapters.exemplars import ExemplarReader, ExemplarRegistry


class Measuring:
    """A histogram of two bounds, measured within spans."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self.registry = ExemplarRegistry()
        self._meters = MeterProvider(metric_readers=[ExemplarReader(self.registry)], shutdown_on_exit=False)
        self._tracer = TracerProvider(sampler=sampler, shutdown_on_exit=False).get_tracer("test")
        self._histogram = self._meters.get_meter("test").create_histogram(
            "http.duration", unit="s", explicit_bucket_boundaries_advisory=[0.1, 1.0]
        )

    def take(self, seconds: float, **attributes: str) -> str:
        """Measures within a span of its own; returns its trace's id."""
        span = self._tracer.start_span("request", context=context.Context())
        token = context.attach(trace.set_span_in_context(span))
        self._histogram.record(seconds, {name.replace("_", "."): value for name, value in attributes.items()})
        context.detach(token)
        return f"{span.get_span_context().trace_id:032x}"

    def exemplars(self, **labels: str) -> dict[str, tuple[str, float]]:
        """By bound, what a scraper reads: the trace and the value."""
        families = text_string_to_metric_families(generate_latest(self.registry).decode())
        samples = [sample for family in families for sample in family.samples if sample.exemplar is not None]
        return {
            sample.labels["le"]: (sample.exemplar.labels["trace_id"], sample.exemplar.value)
            for sample in samples
            if labels.items() <= sample.labels.items() and sample.exemplar is not None
        }


def test_each_bucket_names_the_trace_of_a_request_that_fell_into_it() -> None:
    measuring = Measuring()
    fast, edge, slow = measuring.take(0.05), measuring.take(1.0), measuring.take(7.0)
    assert measuring.exemplars() == {"0.1": (fast, 0.05), "1.0": (edge, 1.0), "+Inf": (slow, 7.0)}


def test_a_bucket_keeps_its_exemplar_until_there_is_a_newer_one() -> None:
    measuring = Measuring()
    first = measuring.take(0.05)
    assert measuring.exemplars() == measuring.exemplars() == {"0.1": (first, 0.05)}
    second = measuring.take(0.06)
    assert measuring.exemplars() == {"0.1": (second, 0.06)}


def test_series_are_told_apart_also_where_one_of_them_lacks_a_label() -> None:
    measuring = Measuring()
    sound, broken = measuring.take(0.05, http_route="/a"), measuring.take(0.06, http_route="/a", error_type="500")
    assert measuring.exemplars(error_type="") == {"0.1": (sound, 0.05)}
    assert measuring.exemplars(error_type="500") == {"0.1": (broken, 0.06)}


@pytest.mark.parametrize(("sampler", "count"), [(ALWAYS_ON, 1), (ALWAYS_OFF, 0)])
def test_a_trace_that_nobody_keeps_is_no_exemplar(sampler: Sampler, count: int) -> None:
    measuring = Measuring(sampler)
    measuring.take(0.05)
    assert len(measuring.exemplars()) == count
