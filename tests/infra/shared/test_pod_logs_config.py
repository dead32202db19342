import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.shared.pod_logs_config import Destination, pod_logs_config

CONFIG: dict[str, Any] = json.loads(
    pod_logs_config(
        region="eu-central-1",
        state_folder="/var/lib/pod-logs",
        destinations={
            "service": Destination(log_group_name="/fortress/dev/orders", namespaces=("orders",)),
            "platform": Destination(log_group_name="/fortress/dev/platform"),
        },
        without="kube-system_pod-logs",
    )
)


def read_by(file: str) -> set[str]:
    return {
        name
        for name, receiver in CONFIG["receivers"].items()
        if any(fnmatchcase(file, pattern) for pattern in receiver["include"])
        and not any(fnmatchcase(file, pattern) for pattern in receiver["exclude"])
    }


@pytest.mark.parametrize(
    ("pod", "receivers"),
    [
        ("orders_orders-api-5d9_0a1b", {"filelog/service"}),
        ("istio-ingress_gateway-7c4_0a1b", {"filelog/platform"}),
        ("orders-of-others_api-1_0a1b", {"filelog/platform"}),
        ("kube-system_metrics-server-1_0a1b", {"filelog/platform"}),
        ("kube-system_pod-logs-x7k2p_0a1b", set[str]()),
    ],
)
def test_each_pod_is_read_once_and_the_agent_reads_none_of_its_own(pod: str, receivers: set[str]) -> None:
    assert read_by(f"/var/log/pods/{pod}/container/0.log") == receivers


@pytest.mark.parametrize("name", ["service", "platform"])
def test_a_pipeline_leads_from_files_to_its_group(name: str) -> None:
    pipeline = CONFIG["service"]["pipelines"][f"logs/{name}"]
    assert pipeline == {
        "receivers": [f"filelog/{name}"],
        "processors": ["memory_limiter"],
        "exporters": [f"awscloudwatchlogs/{name}"],
    }
    assert set(pipeline["processors"]) <= set(CONFIG["processors"])
    exporter = CONFIG["exporters"][f"awscloudwatchlogs/{name}"]
    assert exporter["region"] == "eu-central-1"
    assert exporter["log_group_name"] == f"/fortress/dev/{'orders' if name == 'service' else 'platform'}"
    assert exporter["log_stream_name"] == "${env:NODE_NAME}"


def test_no_line_waits_in_memory_while_cloudwatch_cannot_take_it() -> None:
    assert set(CONFIG["service"]["extensions"]) == set(CONFIG["extensions"])
    assert CONFIG["extensions"]["file_storage"] == {"directory": "/var/lib/pod-logs"}
    for receiver in CONFIG["receivers"].values():
        assert receiver["storage"] == "file_storage"
        assert receiver["start_at"] == "beginning"
        assert receiver["retry_on_failure"] == {"enabled": True, "max_elapsed_time": "0s"}
    for exporter in CONFIG["exporters"].values():
        assert exporter["sending_queue"] == {"enabled": False}


def test_a_line_of_json_becomes_fields_and_any_other_stays_as_it_is() -> None:
    container, *removed, parser = CONFIG["receivers"]["filelog/service"]["operators"]
    assert container == {"type": "container"}
    assert [each["field"] for each in removed] == ['attributes["log.file.path"]', 'attributes["logtag"]']
    assert parser == {
        "type": "json_parser",
        "if": 'body matches "^{"',
        "parse_to": "body",
        "on_error": "send_quiet",
    }
