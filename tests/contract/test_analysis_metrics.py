"""What analyses and objectives ask of the service's own metrics, the service tells under exactly those names."""

import json
import re

import httpx
import pytest
from fastapi import FastAPI, Response
from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.middleware import Middleware

from app.adapters.depths import EVENTS_WAITING, observe_queue
from app.api.orders import PATH
from app.api.telemetry import TelemetryMiddleware
from infra.components.workload import queries
from infra.shared.scrape_config import scrape_config
from tests.infra.program import STACKS, stack_values

SCRAPED_LABELS = {"rollouts_pod_template_hash"}
"""What Prometheus adds by itself: where a series comes from."""
SELECTOR = re.compile(r"(http_\w+){([^}]*)}")
WAITING = re.compile(r"(\w+){([^}]*)}")
MATCHER = re.compile(r'(\w+)="([^"{]*)"')


@pytest.fixture
async def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """The series of a service that confirmed one order and refused one, as Prometheus reads them."""
    registry = CollectorRegistry()
    reader = PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    api = FastAPI(middleware=[Middleware(TelemetryMiddleware)], telemetry={"tracing": False, "metrics": False})

    @api.post(PATH)
    async def place(status: int) -> Response:
        return Response(status_code=status)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://shop") as client:
        for status in (201, 409):
            await client.post(PATH, params={"status": status})
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return [(sample.name, sample.labels) for family in families for sample in family.samples]


async def test_orders_placed_and_orders_confirmed_are_told_as_the_analysis_asks_for_them(
    told: list[tuple[str, dict[str, str]]],
) -> None:
    selectors = SELECTOR.findall(queries.confirmed_percent("abc", window_seconds=60))
    found = {(name, *sorted(MATCHER.findall(matchers))) for name, matchers in selectors}
    assert len(found) == 2
    for name, *asked in found:
        matchers = {label: value for label, value in asked if label not in SCRAPED_LABELS}
        assert any(series == name and matchers.items() <= labels.items() for series, labels in told), (name, matchers)


@pytest.mark.parametrize("stack", STACKS)
async def test_orders_in_time_are_counted_by_a_boundary_that_the_service_s_histogram_has(
    told: list[tuple[str, dict[str, str]]], stack: str
) -> None:
    seconds = stack_values(stack)["objectives"]["latency_milliseconds"] / 1000
    for selector in (queries.ORDERS, queries.orders_within(seconds)):
        ((name, matchers),) = SELECTOR.findall(selector)
        asked = dict(MATCHER.findall(matchers))
        assert any(series == name and asked.items() <= labels.items() for series, labels in told), selector


def test_what_consumers_are_scaled_by_is_told_and_labelled_as_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = CollectorRegistry()
    reader = PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    observe_queue(lambda: 7, name=EVENTS_WAITING, description="Events that this member has not read yet.")
    ((name, matchers),) = WAITING.findall(queries.EVENTS_WAITING)
    samples = [
        sample
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        for sample in family.samples
    ]
    assert [(sample.name, sample.value) for sample in samples if sample.name == name] == [(name, 7.0)]
    scraped = json.loads(scrape_config(interval_seconds=30, service_namespace="orders", gateway_namespace="gateway"))
    service = next(job for job in scraped["scrape_configs"] if job["job_name"] == "service")
    added = {rule["target_label"] for rule in service["relabel_configs"] if "target_label" in rule}
    assert dict(MATCHER.findall(matchers)) == {"namespace": "orders", "component": "consumer"}
    assert {"namespace", "component"} <= added
