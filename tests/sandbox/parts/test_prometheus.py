"""The real Prometheus, fed by a gateway's statistics as Envoy writes them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from sandbox.parts import prometheus
from sandbox.parts.part import Part, PartError
from sandbox.parts.registry import Parts

pytestmark = pytest.mark.parts

CLUSTER = 'envoy_cluster_name="orders/orders-canary/8080"'
ENVOY = f"""# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{{envoy_response_code="500",{CLUSTER}}} 7
# TYPE envoy_cluster_upstream_cx_total counter
envoy_cluster_upstream_cx_total{{{CLUSTER}}} 3
"""
KUBELET = """# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{namespace="orders",pod="orders-api-1",container="api"} 1000
"""


class Gateway(BaseHTTPRequestHandler):
    """The cluster's and the gateway's answers to Prometheus."""

    def do_GET(self) -> None:
        host = self.headers["host"]
        targets = f'[{{"targets": ["{host}"], "labels": {{"__metrics_path__": "/stats/prometheus"}}}}]'
        kind, body = {
            "/prometheus/targets": ("application/json", targets),
            "/stats/prometheus": ("text/plain", ENVOY),
            "/metrics/cadvisor": ("text/plain", KUBELET),
        }[self.path]
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's signature
        return


@pytest.fixture
def cluster_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def program() -> Path:
    try:
        return prometheus.find()
    except PartError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("program")
def test_the_gateway_s_requests_are_told_by_service_under_istio_s_names(
    parts: Parts,
    cluster_url: str,
    free_port: int,
    kill: Callable[[Part], None],
    listening: Callable[[Part], set[str]],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    part = parts.create("prometheus", "prometheus", preferred_port=free_port, settings={"cluster_url": cluster_url})
    assert listening(part) == {"127.0.0.1"}

    def found(query: str) -> list[dict]:
        address = f"http://127.0.0.1:{part.record.port}/api/v1/query"
        return httpx.get(address, params={"query": query}, trust_env=False).json()["data"]["result"]

    eventually(lambda: found("istio_requests_total") and found("container_memory_working_set_bytes"))
    (requests,) = found("istio_requests_total")
    told = {"destination_service_namespace": "orders", "destination_service_name": "orders-canary"}
    assert told.items() <= requests["metric"].items()
    assert (requests["metric"]["response_code"], requests["value"][1]) == ("500", "7")
    assert found("envoy_cluster_upstream_cx_total") == []
    kill(part)
    parts.start_all()
    assert found("count_over_time(istio_requests_total[1h])")


def test_where_none_can_be_had_it_is_said_what_was_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(prometheus, "UNPACKED", tmp_path / "absent")
    with pytest.raises(PartError, match="no prometheus on PATH, and no apt-get"):
        prometheus.find()
