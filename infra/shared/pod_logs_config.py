"""The configuration of the collector on each node: what containers print in; CloudWatch Logs out, one group each.

Keys as aws-otel-collector v0.43.3 takes them (opentelemetry-collector-contrib v0.117: `filelogreceiver`, stanza's
`container` and `json_parser` operators, `filestorage`, `awscloudwatchlogsexporter`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.shared.collector_config import everywhere, memory_limiter
from infra.shared.ports import Port

LOG_FOLDER = "/var/log/pods"
"""Where the kubelet keeps what containers print: `<namespace>_<pod>_<uid>/<container>/<restarts>.log`."""
NODE_NAME = "NODE_NAME"
"""The variable that holds the node's name; each node writes a stream of that name."""
_EVERYTHING = "*"
_SAID_TWICE = ("log.file.path", "logtag")
"""What the resource's names say already: CloudWatch is paid by the byte."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A log group, and whose lines go there."""

    log_group_name: str
    namespaces: tuple[str, ...] = ()
    """Left out, all that no other destination names."""


def pod_logs_config(*, region: str, state_folder: str, destinations: Mapping[str, Destination], without: str) -> str:
    """The configuration as JSON, which is YAML too; `without` is the agent's own pods as `namespace_name`.

    A line leaves its file when CloudWatch has taken it: nothing queues in memory, and where reading stopped is kept in
    the node's own folder.
    """
    configuration: dict[str, Any] = {
        "extensions": {
            "health_check": {"endpoint": everywhere(Port.COLLECTOR_HEALTH)},
            "file_storage": {"directory": state_folder},
        },
        "receivers": {
            f"filelog/{name}": _receiver(destination, destinations, without)
            for name, destination in destinations.items()
        },
        "processors": {"memory_limiter": memory_limiter()},
        "exporters": {
            f"awscloudwatchlogs/{name}": _exporter(region, destination.log_group_name)
            for name, destination in destinations.items()
        },
        "service": {
            "extensions": ["health_check", "file_storage"],
            "pipelines": {
                f"logs/{name}": {
                    "receivers": [f"filelog/{name}"],
                    "processors": ["memory_limiter"],
                    "exporters": [f"awscloudwatchlogs/{name}"],
                }
                for name in destinations
            },
        },
    }
    return json.dumps(configuration, indent=2)


def _receiver(destination: Destination, destinations: Mapping[str, Destination], without: str) -> dict[str, Any]:
    elsewhere = [name for other in destinations.values() for name in other.namespaces]
    excluded = [] if destination.namespaces else [*(f"{name}_*" for name in elsewhere), f"{without}-*"]
    included = [f"{name}_*" for name in destination.namespaces] or [_EVERYTHING]
    return {
        "include": [_files(pods) for pods in included],
        "exclude": [_files(pods) for pods in excluded],
        "include_file_name": False,
        "include_file_path": True,
        "start_at": "beginning",
        "storage": "file_storage",
        "retry_on_failure": {"enabled": True, "max_elapsed_time": "0s"},
        "operators": [
            {"type": "container"},
            *({"type": "remove", "id": field, "field": f'attributes["{field}"]'} for field in _SAID_TWICE),
            {
                "type": "json_parser",
                "if": 'body matches "^{"',
                "parse_to": "body",
                "on_error": "send_quiet",
            },
        ],
    }


def _files(pods: str) -> str:
    return f"{LOG_FOLDER}/{pods}/*/*.log"


def _exporter(region: str, log_group_name: str) -> dict[str, Any]:
    return {
        "region": region,
        "log_group_name": log_group_name,
        "log_stream_name": f"${{env:{NODE_NAME}}}",
        "sending_queue": {"enabled": False},
    }
