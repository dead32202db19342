import json
from typing import Any

import pytest

from infra.shared.collector_config import collector_config

CONFIG: dict[str, Any] = json.loads(
    collector_config(
        region="eu-central-1",
        remote_write_url="https://aps.example.com/api/v1/remote_write",
        log_group_name="/fortress/orders",
        log_stream_name="order-service",
    )
)


@pytest.mark.parametrize("signal", ["metrics", "traces", "logs"])
def test_a_pipeline_names_only_what_is_configured(signal: str) -> None:
    pipeline = CONFIG["service"]["pipelines"][signal]
    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) <= set(CONFIG[kind])
    assert set(CONFIG["service"]["extensions"]) == set(CONFIG["extensions"])


def test_memory_is_limited_before_anything_is_gathered() -> None:
    for pipeline in CONFIG["service"]["pipelines"].values():
        assert pipeline["processors"] == ["memory_limiter", "batch"]


def test_metrics_are_signed_for_managed_prometheus() -> None:
    exporter = CONFIG["exporters"]["prometheusremotewrite"]
    assert exporter == {
        "endpoint": "https://aps.example.com/api/v1/remote_write",
        "auth": {"authenticator": "sigv4auth"},
    }
    assert CONFIG["extensions"]["sigv4auth"] == {"region": "eu-central-1", "service": "aps"}
