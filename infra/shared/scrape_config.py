"""What the managed scraper reads, as Prometheus' own configuration: the service, the gateway, the containers.

Only what analyses, objectives and dashboards ask for is kept: Managed Prometheus costs by the sample.
"""

import json
from typing import Any

from infra.shared.ports import Port

_POD_LABEL = "__meta_kubernetes_pod_label_"
_API_SERVER = "kubernetes.default.svc:443"
_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_GATEWAY_METRICS = "istio_requests_total|istio_request_duration_milliseconds_(bucket|count|sum)"
_CONTAINER_METRICS = "container_memory_working_set_bytes|container_spec_memory_limit_bytes"
_SERVICE_METRICS_BUT_FOR = "(python|process)_.+|target_info"


def scrape_config(*, interval_seconds: int, service_namespace: str, gateway_namespace: str) -> str:
    """The configuration as JSON, which is YAML too."""
    configuration: dict[str, Any] = {
        "global": {"scrape_interval": f"{interval_seconds}s", "scrape_timeout": f"{interval_seconds}s"},
        "scrape_configs": [
            _service(service_namespace),
            _gateway(gateway_namespace),
            _containers(f"{service_namespace}|{gateway_namespace}"),
        ],
    }
    return json.dumps(configuration, indent=2)


def _service(namespace: str) -> dict[str, Any]:
    """Every process that serves; its version's hash tells the stable from the new."""
    return {
        "job_name": "service",
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": [namespace]}}],
        "relabel_configs": [
            _keep("__meta_kubernetes_pod_container_port_number", str(int(Port.ORDER_SERVICE))),
            *_place(),
            _rename(f"{_POD_LABEL}app_kubernetes_io_component", "component"),
            _rename(f"{_POD_LABEL}rollouts_pod_template_hash", "rollouts_pod_template_hash"),
        ],
        "metric_relabel_configs": [
            {"source_labels": ["__name__"], "regex": _SERVICE_METRICS_BUT_FOR, "action": "drop"}
        ],
    }


def _gateway(namespace: str) -> dict[str, Any]:
    """Envoy's own port, where Istio's standard metrics are."""
    return {
        "job_name": "gateway",
        "metrics_path": "/stats/prometheus",
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": [namespace]}}],
        "relabel_configs": [
            _keep("__meta_kubernetes_pod_container_port_number", str(int(Port.GATEWAY_METRICS))),
            *_place(),
        ],
        "metric_relabel_configs": [_keep("__name__", _GATEWAY_METRICS)],
    }


def _containers(namespaces: str) -> dict[str, Any]:
    """Each kubelet's cAdvisor, through the API server: nodes themselves stay closed."""
    return {
        "job_name": "containers",
        "scheme": "https",
        "authorization": {"credentials_file": f"{_SERVICE_ACCOUNT}/token"},
        "tls_config": {"ca_file": f"{_SERVICE_ACCOUNT}/ca.crt"},
        "kubernetes_sd_configs": [{"role": "node"}],
        "relabel_configs": [
            {"target_label": "__address__", "replacement": _API_SERVER},
            {
                "source_labels": ["__meta_kubernetes_node_name"],
                "target_label": "__metrics_path__",
                "replacement": "/api/v1/nodes/$1/proxy/metrics/cadvisor",
            },
        ],
        "metric_relabel_configs": [_keep("__name__", _CONTAINER_METRICS), _keep("namespace", namespaces)],
    }


def _place() -> list[dict[str, Any]]:
    return [
        _rename("__meta_kubernetes_namespace", "namespace"),
        _rename("__meta_kubernetes_pod_name", "pod"),
    ]


def _keep(label: str, regex: str) -> dict[str, Any]:
    return {"source_labels": [label], "regex": regex, "action": "keep"}


def _rename(label: str, target: str) -> dict[str, Any]:
    return {"source_labels": [label], "target_label": target}
