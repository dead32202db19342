"""The OpenTelemetry collector's configuration: OTLP in; Managed Prometheus, X-Ray and CloudWatch Logs out."""

import json
from typing import Any

from infra.shared.ports import Port

_MEMORY_LIMIT_PERCENT = 75
_MEMORY_SPIKE_PERCENT = 15


def collector_config(*, region: str, remote_write_url: str, log_group_name: str, log_stream_name: str) -> str:
    """The configuration as JSON, which is YAML too."""
    pipelines = {
        "metrics": ["prometheusremotewrite"],
        "traces": ["awsxray"],
        "logs": ["awscloudwatchlogs"],
    }
    configuration: dict[str, Any] = {
        "extensions": {
            "health_check": {"endpoint": _everywhere(Port.COLLECTOR_HEALTH)},
            "sigv4auth": {"region": region, "service": "aps"},
        },
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": _everywhere(Port.OTLP_GRPC)},
                    "http": {"endpoint": _everywhere(Port.OTLP_HTTP)},
                }
            }
        },
        "processors": {
            "memory_limiter": {
                "check_interval": "1s",
                "limit_percentage": _MEMORY_LIMIT_PERCENT,
                "spike_limit_percentage": _MEMORY_SPIKE_PERCENT,
            },
            "batch": {},
        },
        "exporters": {
            "prometheusremotewrite": {"endpoint": remote_write_url, "auth": {"authenticator": "sigv4auth"}},
            "awsxray": {"region": region, "indexed_attributes": ["order_id"]},
            "awscloudwatchlogs": {
                "region": region,
                "log_group_name": log_group_name,
                "log_stream_name": log_stream_name,
            },
        },
        "service": {
            "extensions": ["health_check", "sigv4auth"],
            "pipelines": {
                signal: {"receivers": ["otlp"], "processors": ["memory_limiter", "batch"], "exporters": exporters}
                for signal, exporters in pipelines.items()
            },
        },
    }
    return json.dumps(configuration, indent=2)


def _everywhere(port: int) -> str:
    return f"0.0.0.0:{int(port)}"
