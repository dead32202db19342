import json
import logging
import sys

import asyncpg
import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.trace import TracerProvider

from app.adapters.telemetry import JsonFormatter, Telemetry, context_of, traceparent_of
from app.settings import ServiceSettings, TelemetrySettings

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def tracer() -> trace.Tracer:
    return TracerProvider(shutdown_on_exit=False).get_tracer("test")


@pytest.mark.parametrize(("share", "kept"), [("1", True), ("0.000001", False)])
def test_the_share_of_traces_that_the_environment_says_is_kept(
    monkeypatch: pytest.MonkeyPatch, share: str, kept: bool
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", share)
    made: list[TracerProvider] = []
    monkeypatch.setattr(trace, "set_tracer_provider", made.append)
    monkeypatch.setattr(metrics, "set_meter_provider", lambda _: None)
    telemetry = Telemetry(ServiceSettings(), TelemetrySettings(), role="test")
    (provider,) = made
    spans = [provider.get_tracer("test").start_span("order") for _ in range(20)]
    assert [span.is_recording() for span in spans] == [kept] * 20
    telemetry.shutdown()


def line_of(record: logging.LogRecord) -> dict[str, object]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "args": arguments, "levelno": 20, "levelname": "INFO", "name": "app"})
    vars(made).update(extra)
    return made


def test_a_line_holds_its_message_and_what_was_added() -> None:
    entry = line_of(record("placed %s", "it", order_count=3))
    assert (entry["level"], entry["logger"], entry["message"], entry["order_count"]) == ("info", "app", "placed it", 3)
    assert "trace_id" not in entry


def test_a_line_break_cannot_forge_a_second_line() -> None:
    assert line_of(record("one\ntwo"))["message"] == "one\ntwo"


def test_a_line_within_a_span_carries_its_trace(tracer: trace.Tracer) -> None:
    with tracer.start_as_current_span("here", context=context_of(TRACEPARENT)):
        entry = line_of(record("inside"))
    assert entry["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_an_error_is_told_with_its_trace_back() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        failed = record("failed", exc_info=sys.exc_info())
    assert "ValueError: broken" in str(line_of(failed)["error"])


def test_the_values_of_a_row_that_a_database_tells_of_are_left_out() -> None:
    error = asyncpg.UniqueViolationError('duplicate key value violates unique constraint "owner"')
    error.detail = "Key (owner_id)=(sarah_123) already exists."  # type: ignore[attr-defined]
    try:
        raise error
    except asyncpg.PostgresError:
        told = str(line_of(record("failed", exc_info=sys.exc_info()))["error"])
    assert "sarah_123" in str(error)
    assert "duplicate key value" in told
    assert "sarah" not in told


def test_a_stored_traceparent_is_continued(tracer: trace.Tracer) -> None:
    span = tracer.start_span("later", context=context_of(TRACEPARENT))
    assert (traceparent_of(span) or "").startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-0-0-0"])
def test_without_a_valid_traceparent_a_trace_begins_anew(tracer: trace.Tracer, traceparent: str | None) -> None:
    span = tracer.start_span("first", context=context_of(traceparent))
    assert span.get_span_context().is_valid
    assert "4bf92f3577b34da6a3ce929d0e0e4736" not in (traceparent_of(span) or "")
