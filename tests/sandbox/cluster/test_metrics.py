import os
from pathlib import Path

import httpx
import pytest

from sandbox.cluster import metrics
from sandbox.cluster.analysis_run import QueryError
from sandbox.cluster.kinds import POD
from sandbox.cluster.metrics import PrometheusClient
from sandbox.cluster.store import Object, Store
from tests.harness.processes import free_port

HASH = {"rollouts-pod-template-hash": "abc"}
MANAGED = {"address": "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1", "query": "up"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lambda: None)


def pod(store: Store, name: str, labels: dict[str, str], *, ready: bool = True) -> Object:
    container = {
        "name": "api",
        "image": "orders",
        "ports": [{"containerPort": 8080}],
        "resources": {"limits": {"memory": "192Mi"}},
    }
    metadata = {"name": name, "namespace": "shop", "labels": labels}
    made = store.put({"apiVersion": "v1", "kind": POD.name, "metadata": metadata, "spec": {"containers": [container]}})
    condition = {"type": "Ready", "status": str(ready)}
    running = {"name": "api", "state": {"running": {}}, "containerID": f"process://{os.getpid()}"}
    store.set_status(made, podIP="127.64.0.9", conditions=[condition], containerStatuses=[running])
    return made


def test_the_gateway_and_the_ready_pods_of_rollouts_are_scraped_under_their_version(store: Store) -> None:
    pod(store, "orders-1", HASH)
    pod(store, "orders-2", HASH, ready=False)
    pod(store, "relay", {})
    gateway, orders = metrics.targets(store, "127.64.0.2")
    assert gateway["targets"] == ["127.64.0.2:15000"]
    assert orders["targets"] == ["127.64.0.9:8080"]
    assert orders["labels"] == {"namespace": "shop", "pod": "orders-1", "rollouts_pod_template_hash": "abc"}


def test_memory_is_told_under_the_kubelet_s_names(store: Store) -> None:
    pod(store, "orders-1", HASH)
    told = metrics.container_metrics(store).decode()
    labels = '{container="api",namespace="shop",pod="orders-1"}'
    values = dict(line.rsplit(" ", 1) for line in told.splitlines())
    assert float(values[f"container_spec_memory_limit_bytes{labels}"]) == 192 * 2**20
    assert float(values[f"container_memory_working_set_bytes{labels}"]) > 0


async def test_where_there_is_no_prometheus_nothing_is_found(tmp_path: Path) -> None:
    assert await PrometheusClient(tmp_path)(MANAGED) == []


async def test_a_prometheus_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="does not answer"):
        await PrometheusClient(tmp_path)({"address": f"http://127.0.0.1:{free_port()}", "query": "up"})


async def test_a_refused_query_is_an_error_with_prometheus_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, {"status": "error", "error": "parse error at char 1"})
    with pytest.raises(QueryError, match="parse error at char 1"):
        await PrometheusClient(tmp_path)({"address": "http://prometheus", "query": "("})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"resultType": "vector", "result": [{"value": [1, "0.5"]}, {"value": [1, "2"]}]}, [0.5, 2]),
        ({"resultType": "vector", "result": []}, []),
        ({"resultType": "scalar", "result": [1, "3"]}, [3]),
    ],
)
async def test_the_values_of_a_vector_or_a_scalar_are_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Object, expected: list[float]
) -> None:
    answer(monkeypatch, {"status": "success", "data": data})
    assert await PrometheusClient(tmp_path)({"address": "http://prometheus", "query": "up"}) == expected


def answer(monkeypatch: pytest.MonkeyPatch, body: Object) -> None:
    async def handle(_transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=body, request=request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
