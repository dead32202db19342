"""What Prometheus scrapes of the cluster, and how analyses ask it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sandbox.cluster.analysis_run import QueryError, numbers
from sandbox.cluster.kinds import POD, ROLLOUTS_POD_TEMPLATE_HASH
from sandbox.cluster.pod_template import is_ready
from sandbox.cluster.proxy import ADMIN_PORT
from sandbox.cluster.store import Object, Reader, Store
from sandbox.parts.part import PartError, read_record

PART = "prometheus"
MANAGED = ".amazonaws.com"
"""Managed Prometheus' host: part `prometheus` stands in for it."""
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
CONTAINER_LABELS = ("namespace", "pod", "container")
DEFAULT_TIMEOUT_SECONDS = 10


def targets(store: Reader, gateway: str) -> list[Object]:
    """Targets as Prometheus' HTTP service discovery takes them: the gateway, and every ready pod of a Rollout."""
    found = [{"targets": [f"{gateway}:{ADMIN_PORT}"], "labels": {"__metrics_path__": "/stats/prometheus"}}]
    for pod in store.list(POD):
        labels, metadata = pod["metadata"].get("labels", {}), pod["metadata"]
        ports = [each["containerPort"] for spec in pod["spec"]["containers"] for each in spec.get("ports", ())]
        if ROLLOUTS_POD_TEMPLATE_HASH not in labels or not ports or not is_ready(pod):
            continue
        told = {
            "namespace": metadata["namespace"],
            "pod": metadata["name"],
            "rollouts_pod_template_hash": labels[ROLLOUTS_POD_TEMPLATE_HASH],
        }
        found.append({"targets": [f"{pod['status']['podIP']}:{ports[0]}"], "labels": told})
    return found


def container_metrics(store: Store) -> bytes:
    """The memory of every container and its limit, under cAdvisor's names."""
    registry = CollectorRegistry()
    registry.register(_Containers(store))
    return generate_latest(registry)


class _Containers(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        used = GaugeMetricFamily("container_memory_working_set_bytes", "Memory in use.", labels=CONTAINER_LABELS)
        limit = GaugeMetricFamily("container_spec_memory_limit_bytes", "Memory limit.", labels=CONTAINER_LABELS)
        for pod in self._store.list(POD):
            specs = {each["name"]: each for each in pod["spec"]["containers"]}
            for status in pod.get("status", {}).get("containerStatuses", ()):
                labels = (pod["metadata"]["namespace"], pod["metadata"]["name"], status["name"])
                spec, memory = specs.get(status["name"], {}), _memory_bytes(status)
                given = spec.get("resources", {}).get("limits", {}).get("memory")
                if memory and given:
                    used.add_metric(labels, memory)
                    limit.add_metric(labels, int(given[:-2]) * UNITS[given[-2:]])
        yield used
        yield limit


def _memory_bytes(status: Object) -> int:
    if "running" not in status["state"]:
        return 0
    try:
        return psutil.Process(int(status["containerID"].partition("://")[2])).memory_info().rss
    except psutil.Error:
        return 0


class PrometheusClient:
    """Asks what a metric's `prometheus` provider names."""

    def __init__(self, state_dir: Path) -> None:
        self._parts = state_dir / "parts"

    async def __call__(self, provider: Object) -> list[float]:
        """The values that a query finds; none where there is no Prometheus at all. Raises QueryError."""
        address = self._address(provider["address"])
        if address is None:
            return []
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=DEFAULT_TIMEOUT_SECONDS) as client:
                answer = await client.get(f"{address}/api/v1/query", params={"query": provider["query"]})
                body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise QueryError(f"{address} does not answer: {error}") from None
        if body.get("status") != "success":
            raise QueryError(f"{address} refused the query: {body.get('error')}")
        found = body["data"]
        samples = [found["result"]] if found["resultType"] == "scalar" else [each["value"] for each in found["result"]]
        return numbers([value for _, value in samples])

    def _address(self, declared: str) -> str | None:
        if not (httpx.URL(declared).host.endswith(MANAGED)):
            return declared.rstrip("/")
        try:
            record = read_record(self._parts / PART)
        except PartError:
            return None
        return f"http://{record.host}:{record.port}"
