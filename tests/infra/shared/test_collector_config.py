import json
from typing import Any

import pytest

from infra.shared.collector_config import collector_config

CONFIG: dict[str, Any] = json.loads(
    collector_config(
        region="eu-central-1",
        log_group_name="/fortress/orders",
        log_stream_name="order-service",
    )
)


@pytest.mark.parametrize("signal", ["traces", "logs"])
def test_a_pipeline_names_only_what_is_configured(signal: str) -> None:
    pipeline = CONFIG["service"]["pipelines"][signal]
    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) <= set(CONFIG[kind])
    assert set(CONFIG["service"]["extensions"]) == set(CONFIG["extensions"])


def test_memory_is_limited_before_anything_is_gathered() -> None:
    for pipeline in CONFIG["service"]["pipelines"].values():
        assert pipeline["processors"] == ["memory_limiter", "batch"]


def test_metrics_do_not_come_this_way_since_the_scraper_reads_them() -> None:
    assert set(CONFIG["service"]["pipelines"]) == {"traces", "logs"}
