import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.components.workload import queries
from infra.shared.scrape_config import scrape_config
from tests.harness.promtool import promtool

TEXT = scrape_config(interval_seconds=30, service_namespace="orders", gateway_namespace="istio-ingress")
JOBS: dict[str, Any] = {job["job_name"]: job for job in json.loads(TEXT)["scrape_configs"]}
QUERIES = (
    queries.success_percent("orders-api", window_seconds=60, least_requests=1),
    queries.p99_milliseconds("orders-api", window_seconds=60, least_requests=1),
    queries.saturation_percent("abc"),
)


def kept(job: str, label: str) -> str:
    """The expression that a value of `label` has to match."""
    (regex,) = (
        rule["regex"]
        for kind in ("relabel_configs", "metric_relabel_configs")
        for rule in JOBS[job][kind]
        if rule.get("action") == "keep" and rule["source_labels"] == [label]
    )
    return regex


@pytest.mark.parts
def test_prometheus_takes_the_configuration(tmp_path: Path) -> None:
    """But for where targets are found: Debian's Prometheus is built without Kubernetes."""
    known = [{key: job[key] for key in job if key != "kubernetes_sd_configs"} for job in JOBS.values()]
    (tmp_path / "prometheus.yml").write_text(json.dumps({**json.loads(TEXT), "scrape_configs": known}))
    assert "SUCCESS" in promtool("check", "config", "--syntax-only", "prometheus.yml", folder=tmp_path)


@pytest.mark.parametrize("query", QUERIES)
def test_what_an_analysis_asks_of_the_gateway_and_of_containers_is_kept(query: str) -> None:
    names = set(re.findall(r"\b((?:istio|container)_\w+){", query))
    assert names
    regex = f"{kept('gateway', '__name__')}|{kept('containers', '__name__')}"
    assert [name for name in names if not re.fullmatch(regex, name)] == []


def test_the_service_s_own_metrics_are_kept_and_those_of_its_interpreter_are_not() -> None:
    (drop,) = JOBS["service"]["metric_relabel_configs"]
    assert drop["action"] == "drop"
    for name, dropped in (("orders_created_total", False), ("outbox_oldest_seconds", False), ("python_info", True)):
        assert bool(re.fullmatch(drop["regex"], name)) is dropped


def test_a_version_is_told_from_another_by_the_label_that_analyses_ask_by() -> None:
    renamed = {rule.get("target_label"): rule["source_labels"] for rule in JOBS["service"]["relabel_configs"]}
    (label,) = re.findall(r'(\w+)="abc"', queries.confirmed_percent("abc", window_seconds=60))[:1]
    assert renamed[label] == ["__meta_kubernetes_pod_label_rollouts_pod_template_hash"]


def test_each_job_reads_one_port_of_one_namespace() -> None:
    assert kept("service", "__meta_kubernetes_pod_container_port_number") == "8080"
    assert kept("gateway", "__meta_kubernetes_pod_container_port_number") == "15090"
    assert JOBS["service"]["kubernetes_sd_configs"][0]["namespaces"] == {"names": ["orders"]}
    assert JOBS["gateway"]["kubernetes_sd_configs"][0]["namespaces"] == {"names": ["istio-ingress"]}


def test_kubelets_are_asked_through_the_api_server() -> None:
    targets = {rule.get("target_label"): rule["replacement"] for rule in JOBS["containers"]["relabel_configs"]}
    assert targets["__address__"] == "kubernetes.default.svc:443"
    assert targets["__metrics_path__"] == "/api/v1/nodes/$1/proxy/metrics/cadvisor"
