import json
from typing import Any

from infra.shared.collector_config import collector_config

CONFIG: dict[str, Any] = json.loads(collector_config(region="eu-central-1"))
TRACES = CONFIG["service"]["pipelines"]["traces"]


def test_a_pipeline_names_only_what_is_configured() -> None:
    for kind in ("receivers", "processors", "exporters"):
        assert set(TRACES[kind]) <= set(CONFIG[kind])
    assert set(CONFIG["service"]["extensions"]) == set(CONFIG["extensions"])


def test_memory_is_limited_before_anything_is_gathered() -> None:
    assert TRACES["processors"] == ["memory_limiter", "batch"]


def test_metrics_and_logs_do_not_come_this_way_since_they_are_read() -> None:
    assert set(CONFIG["service"]["pipelines"]) == {"traces"}
    assert set(CONFIG["exporters"]) == {"awsxray"}
