from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from sandbox.cluster.addresses import Addresses
from sandbox.cluster.api import application
from sandbox.cluster.pod import Node
from sandbox.cluster.store import Store

SHOP = "/api/v1/namespaces/shop"


@asynccontextmanager
async def nothing_runs(_: Starlette) -> AsyncIterator[None]:
    yield


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    store = Store(tmp_path / "objects", lambda: None)
    store.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    with closing(Addresses(tmp_path)) as addresses:
        node = Node(tmp_path, store, addresses, dict)
        transport = httpx.ASGITransport(application(store, node, "127.64.0.2", nothing_runs))
        async with httpx.AsyncClient(transport=transport, base_url="http://cluster") as client:
            yield client


def config_map(name: str = "settings", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}, **fields}


async def test_an_object_is_made_and_found_by_name_and_in_its_collections(client: httpx.AsyncClient) -> None:
    made = (await client.put(f"{SHOP}/configmaps/settings", json=config_map(data={"a": "1"}))).json()
    assert (await client.get(f"{SHOP}/configmaps/settings")).json() == made
    for path in (f"{SHOP}/configmaps", "/api/v1/configmaps"):
        assert (await client.get(path)).json()["items"] == [made]


@pytest.mark.parametrize(
    ("path", "item", "status", "message"),
    [
        (f"{SHOP}/configmaps/other", config_map(), 400, "the path says"),
        (f"{SHOP}/configmaps/Settings", config_map("Settings"), 422, "lower case letters"),
        ("/api/v1/configmaps/settings", config_map(), 404, "has no configmaps in v1 at this path"),
        (f"{SHOP}/unheardof/settings", config_map(), 404, "has no unheardof in v1"),
        (
            "/api/v1/namespaces/nowhere/configmaps/settings",
            config_map(metadata={"name": "settings", "namespace": "nowhere"}),
            404,
            'namespaces "nowhere" not found',
        ),
    ],
)
async def test_what_is_refused_says_why(
    client: httpx.AsyncClient, path: str, item: dict[str, Any], status: int, message: str
) -> None:
    response = await client.put(path, json=item)
    assert response.status_code == status
    assert response.json()["kind"] == "Status"
    assert message in response.json()["message"]


async def test_an_object_that_is_being_deleted_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.put(f"{SHOP}/configmaps/settings", json=config_map())
    await client.delete(f"{SHOP}/configmaps/settings")
    assert (await client.put(f"{SHOP}/configmaps/settings", json=config_map())).status_code == 409


async def test_the_end_of_a_pods_log_is_text(client: httpx.AsyncClient, tmp_path: Path) -> None:
    log = tmp_path / "cluster" / "pods" / "shop" / "orders.log"
    log.parent.mkdir(parents=True)
    log.write_text("one\ntwo\nthree\n")
    assert (await client.get(f"{SHOP}/pods/orders/log", params={"tailLines": 2})).text == "two\nthree\n"
    assert (await client.get(f"{SHOP}/pods/absent/log")).status_code == 404
    assert (await client.get(f"{SHOP}/pods/..%2Forders/log")).status_code == 404


async def test_the_status_is_patched_as_the_plugin_does_and_in_no_other_way(client: httpx.AsyncClient) -> None:
    path = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/orders"
    metadata = {"name": "orders", "namespace": "shop"}
    declared = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata, "spec": {}}
    await client.put(path, json=declared)
    merge = {"content-type": "application/merge-patch+json"}
    answer = await client.patch(f"{path}/status", json={"status": {"abort": True}}, headers=merge)
    assert answer.json()["status"] == {"abort": True}
    assert (await client.patch(f"{path}/status", json={"spec": {}}, headers=merge)).status_code == 400
    assert (await client.patch(f"{path}/status", json={"status": {}})).status_code == 415
    assert (await client.patch(f"{path}x/status", json={"status": {}}, headers=merge)).status_code == 404


async def test_a_live_rollout_keeps_its_strategy(client: httpx.AsyncClient) -> None:
    path = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/orders"

    async def declare(strategy: dict[str, Any]) -> httpx.Response:
        metadata, spec = {"name": "orders", "namespace": "shop"}, {"strategy": strategy}
        declared = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata, "spec": spec}
        return await client.put(path, json=declared)

    assert (await declare({"canary": {"trafficRouting": {}, "steps": []}})).is_success
    assert (await declare({"canary": {"trafficRouting": {}, "steps": [{"setWeight": 10}]}})).is_success
    refused = await declare({"blueGreen": {"activeService": "orders"}})
    assert refused.status_code == 422
    assert "cannot change from canary to blue-green: docs/runbook.md has the way" in refused.json()["message"]


async def test_prometheus_is_told_where_the_gateway_s_numbers_are(client: httpx.AsyncClient) -> None:
    (gateway,) = (await client.get("/prometheus/targets")).json()
    assert gateway == {"targets": ["127.64.0.2:15000"], "labels": {"__metrics_path__": "/stats/prometheus"}}
    assert "container_memory_working_set_bytes" in (await client.get("/metrics/cadvisor")).text
