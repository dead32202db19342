"""The OpenTelemetry collector's configuration: OTLP in; X-Ray and CloudWatch Logs out.

Metrics do not come this way: the scraper reads them, and what came by both would count twice.
"""

import json
from typing import Any

from infra.shared.ports import Port

_MEMORY_LIMIT_PERCENT = 75
_MEMORY_SPIKE_PERCENT = 15


def collector_config(*, region: str, log_group_name: str, log_stream_name: str) -> str:
    """The configuration as JSON, which is YAML too."""
    pipelines = {
        "traces": ["awsxray"],
        "logs": ["awscloudwatchlogs"],
    }
    configuration: dict[str, Any] = {
        "extensions": {"health_check": {"endpoint": _everywhere(Port.COLLECTOR_HEALTH)}},
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
            "awsxray": {"region": region, "indexed_attributes": ["order_id"]},
            "awscloudwatchlogs": {
                "region": region,
                "log_group_name": log_group_name,
                "log_stream_name": log_stream_name,
            },
        },
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                signal: {"receivers": ["otlp"], "processors": ["memory_limiter", "batch"], "exporters": exporters}
                for signal, exporters in pipelines.items()
            },
        },
    }
    return json.dumps(configuration, indent=2)


def _everywhere(port: int) -> str:
    return f"0.0.0.0:{int(port)}"
