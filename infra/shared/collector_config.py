"""The OpenTelemetry collector's configuration: OTLP in; X-Ray out.

Metrics do not come this way: the scraper reads them. Nor do logs: what processes print is read on each node
(`infra/shared/pod_logs_config.py`). What came by both ways would count twice.
"""

import json
from typing import Any

from infra.shared.ports import Port

_MEMORY_LIMIT_PERCENT = 75
_MEMORY_SPIKE_PERCENT = 15


def collector_config(*, region: str) -> str:
    """The configuration as JSON, which is YAML too."""
    configuration: dict[str, Any] = {
        "extensions": {"health_check": {"endpoint": everywhere(Port.COLLECTOR_HEALTH)}},
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": everywhere(Port.OTLP_GRPC)},
                    "http": {"endpoint": everywhere(Port.OTLP_HTTP)},
                }
            }
        },
        "processors": {
            "memory_limiter": memory_limiter(),
            "batch": {},
        },
        "exporters": {"awsxray": {"region": region, "indexed_attributes": ["order_id"]}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                }
            },
        },
    }
    return json.dumps(configuration, indent=2)


def memory_limiter() -> dict[str, Any]:
    """What keeps a collector within its container's memory: it takes nothing more until there is room again."""
    return {
        "check_interval": "1s",
        "limit_percentage": _MEMORY_LIMIT_PERCENT,
        "spike_limit_percentage": _MEMORY_SPIKE_PERCENT,
    }


def everywhere(port: int) -> str:
    """A port on every address of the pod."""
    return f"0.0.0.0:{int(port)}"
