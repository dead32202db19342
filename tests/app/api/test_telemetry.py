from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from opentelemetry import trace
from starlette.middleware import Middleware

from app.api.telemetry import TelemetryMiddleware
from tests.harness.measured import Measured

DURATION = "http.server.request.duration"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER_SPAN_ID = "00f067aa0ba902b7"


class Recorded:
    """An application whose spans and durations can be looked at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.measured = Measured(monkeypatch)
        api = FastAPI(middleware=[Middleware(TelemetryMiddleware)], telemetry={"tracing": False, "metrics": False})

        @api.get("/items/{item_id}")
        async def read(item_id: str) -> Response:
            return Response(status_code=500 if item_id == "broken" else 200)

        @api.get("/health/live")
        async def live() -> str:
            return "alive"

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://shop")

    def durations(self) -> list[dict[str, Any]]:
        return [dict(point.attributes or {}) for point in self.measured.points(DURATION)]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return Recorded(monkeypatch)


async def test_a_callers_trace_is_continued_under_the_name_of_the_route(recorded: Recorded) -> None:
    await recorded.client.get("/items/7", headers={"traceparent": f"00-{TRACE_ID}-{CALLER_SPAN_ID}-01"})
    (span,) = recorded.measured.spans()
    assert span.name == "GET /items/{item_id}"
    assert span.parent is not None
    assert span.context is not None
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE_ID, CALLER_SPAN_ID)


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", f"00-{'0' * 32}-{CALLER_SPAN_ID}-01"])
async def test_without_a_valid_caller_a_trace_begins(recorded: Recorded, traceparent: str | None) -> None:
    await recorded.client.get("/items/7", headers={"traceparent": traceparent} if traceparent else {})
    (span,) = recorded.measured.spans()
    assert span.parent is None


async def test_requests_of_one_route_are_one_series_whatever_their_ids(recorded: Recorded) -> None:
    for item in range(3):
        await recorded.client.get(f"/items/{item}")
    assert recorded.durations() == [
        {"http.request.method": "GET", "http.response.status_code": 200, "http.route": "/items/{item_id}"}
    ]


async def test_made_up_paths_and_methods_make_no_series_of_their_own(recorded: Recorded) -> None:
    for number in range(3):
        await recorded.client.request(f"MADE{number}", f"/made-up/{number}")
    assert recorded.durations() == [{"http.request.method": "_OTHER", "http.response.status_code": 404}]


async def test_a_fault_is_an_error_in_span_and_series(recorded: Recorded) -> None:
    await recorded.client.get("/items/broken")
    (span,) = recorded.measured.spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert recorded.durations()[0]["error.type"] == "500"


async def test_probes_are_neither_traced_nor_measured(recorded: Recorded) -> None:
    await recorded.client.get("/health/live")
    assert recorded.measured.spans() == []
    assert recorded.durations() == []


async def test_a_duration_leads_to_an_example_of_it(recorded: Recorded) -> None:
    await recorded.client.get("/items/7", headers={"traceparent": f"00-{TRACE_ID}-{CALLER_SPAN_ID}-01"})
    (point,) = recorded.measured.points(DURATION)
    assert [f"{exemplar.trace_id:032x}" for exemplar in point.exemplars] == [TRACE_ID]
