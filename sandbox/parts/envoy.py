"""The load balancer: Envoy with one HTTP listener and a cluster for each target group."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.parts.packages import file_in
from sandbox.parts.part import Part

COLLECTOR = "collector"
IDLE_TIMEOUT = "60s"
UNLIMITED = 1_000_000
TYPES = "type.googleapis.com/envoy"
SPANS_AT_ONCE = {"name": "spans", "static_layer": {"tracing.opentelemetry.flush_interval_ms": 200}}
LOGGED = {
    "start_time": "%START_TIME%",
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(:PATH)%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "duration_ms": "%DURATION%",
    "upstream": "%UPSTREAM_HOST%",
    "trace_id": "%TRACE_ID%",
}


class Envoy(Part):
    """An application load balancer on loopback: what its HTTPS listener forwards, in plain HTTP.

    Settings: `target_groups`, the ARNs to forward to, comma-separated; `otlp_http_port`, where spans go, if anywhere.
    A target group without endpoints, and a load balancer without target groups, answer 503.
    """

    kind = "envoy"

    def prepare(self) -> None:
        """Write the configuration; endpoints that were written before stay."""
        for group in self._target_groups():
            if not _endpoints_file(self.folder, group).exists():
                write_endpoints(self.folder, group, [])
        clusters = [_target_group(self.folder, group) for group in self._target_groups()]
        if "otlp_http_port" in self.record.settings:
            clusters.append(_collector(self.record.host, int(self.record.settings["otlp_http_port"])))
        node = {"id": self.record.name, "cluster": self.record.name}
        resources = {"listeners": [self._listener()], "clusters": clusters}
        configuration = {"node": node, "static_resources": resources, "layered_runtime": {"layers": [SPANS_AT_ONCE]}}
        self._configuration.write_text(json.dumps(configuration))

    def command(self) -> list[str | Path]:
        options = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
        return [
            file_in("envoy", "_bin/envoy"),
            "-c",
            self._configuration,
            *options,
            "--file-flush-interval-msec",
            "500",
        ]

    @property
    def _configuration(self) -> Path:
        return self.data / "envoy.json"

    def _target_groups(self) -> list[str]:
        arns = self.record.settings.get("target_groups", "")
        return [arn.split("/")[-2] for arn in arns.split(",") if arn]

    def _listener(self) -> dict[str, Any]:
        record = self.record
        access_log = {"path": str(self.data / "access.log"), "log_format": {"json_format": LOGGED}}
        connection_manager = {
            "stat_prefix": record.name,
            "use_remote_address": True,
            "server_header_transformation": "PASS_THROUGH",
            "common_http_protocol_options": {"headers_with_underscores_action": "DROP_HEADER"},
            "access_log": [_extension("access_loggers.file", "FileAccessLog", access_log)],
            "http_filters": [_extension("filters.http.router", "Router", {})],
            "route_config": _routes(self._target_groups()),
            **_tracing(record.host, record.settings.get("otlp_http_port")),
        }
        name = "filters.network.http_connection_manager"
        filters = [_extension(name, "HttpConnectionManager", connection_manager)]
        return {"address": _address(record.host, record.port), "filter_chains": [{"filters": filters}]}


def write_endpoints(folder: Path, target_group: str, endpoints: Iterable[tuple[str, int]]) -> None:
    """Replace the (ip, port) pairs of a target group, by name, in the load balancer whose part is in `folder`.

    Envoy takes them up within milliseconds.
    """
    assignment = {"@type": f"{TYPES}.config.endpoint.v3.ClusterLoadAssignment", **_assignment(target_group, endpoints)}
    path = _endpoints_file(folder, target_group)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"resources": [assignment]}))
    draft.replace(path)


def _endpoints_file(folder: Path, target_group: str) -> Path:
    return folder / "data" / f"endpoints-{target_group}.json"


def _routes(target_groups: list[str]) -> dict[str, Any]:
    weights = [{"name": group, "weight": 1} for group in target_groups]
    forward = {"weighted_clusters": {"clusters": weights}, "timeout": "0s", "idle_timeout": IDLE_TIMEOUT}
    action = {"route": forward} if weights else {"direct_response": {"status": 503}}
    scheme = {"key": "x-forwarded-proto", "value": "https"}
    return {
        "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, **action}]}],
        "request_headers_to_add": [{"header": scheme, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}],
    }


def _tracing(host: str, port: str | None) -> dict[str, Any]:
    if port is None:
        return {}
    address = {"uri": f"http://{host}:{port}/v1/traces", "cluster": COLLECTOR, "timeout": "1s"}
    config = {"http_service": {"http_uri": address}, "service_name": "load-balancer"}
    tracer = {"@type": f"{TYPES}.config.trace.v3.OpenTelemetryConfig", **config}
    return {"tracing": {"provider": {"name": "envoy.tracers.opentelemetry", "typed_config": tracer}}}


def _target_group(folder: Path, group: str) -> dict[str, Any]:
    file = _endpoints_file(folder, group)
    watched = {"path": str(file), "watched_directory": {"path": str(file.parent)}}
    limits = {f"max_{name}": UNLIMITED for name in ("connections", "pending_requests", "requests")}
    return {
        "name": group,
        "type": "EDS",
        "connect_timeout": "1s",
        "eds_cluster_config": {"eds_config": {"path_config_source": watched, "resource_api_version": "V3"}},
        "circuit_breakers": {"thresholds": [limits]},
    }


def _collector(host: str, port: int) -> dict[str, Any]:
    return {"name": COLLECTOR, "connect_timeout": "1s", "load_assignment": _assignment(COLLECTOR, [(host, port)])}


def _assignment(cluster: str, endpoints: Iterable[tuple[str, int]]) -> dict[str, Any]:
    members = [{"endpoint": {"address": _address(ip, port)}} for ip, port in endpoints]
    return {"cluster_name": cluster, "endpoints": [{"lb_endpoints": members}]}


def _address(ip: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": ip, "port_value": port}}


def _extension(name: str, message: str, config: dict[str, Any]) -> dict[str, Any]:
    kind = f"{TYPES}.extensions.{name}.v3.{message}"
    return {"name": f"envoy.{name}", "typed_config": {"@type": kind, **config}}
