"""The one way between this machine's loopback and the cluster's network: an Envoy that stands in both."""

from pathlib import Path
from typing import Any

from sandbox.kubernetes.programs import API_PORT, GATEWAY_ADDRESS, GATEWAY_PORT, NODE_ADDRESS
from sandbox.parts.envoy import TYPES
from sandbox.parts.packages import file_in
from sandbox.parts.part import LOOPBACK

_TCP_PROXY = "extensions.filters.network.tcp_proxy.v3.TcpProxy"


def configuration(network: Path, *, api_port: int, gateway_port: int, loopback_ports: list[int]) -> dict[str, Any]:
    """Envoy's bootstrap.

    `api_port` of this machine's loopback leads to the API server, `gateway_port` to the gateway; each of
    `loopback_ports` at the node's address, in the cluster's network, leads to the same port of this machine's loopback.
    """
    inside = {"network_namespace_filepath": str(network)}
    entrances = {"api": (api_port, NODE_ADDRESS, API_PORT), "gateway": (gateway_port, GATEWAY_ADDRESS, GATEWAY_PORT)}
    source = {"address": NODE_ADDRESS, "port_value": 0, **inside}
    listeners, clusters = [], []
    for name, (own_port, address, port) in entrances.items():
        listeners.append(_listener(name, {"address": LOOPBACK, "port_value": own_port}))
        clusters.append(_cluster(name, address, port, source))
    for port in loopback_ports:
        listeners.append(_listener(str(port), {"address": NODE_ADDRESS, "port_value": port, **inside}))
        clusters.append(_cluster(str(port), LOOPBACK, port))
    return {"static_resources": {"listeners": listeners, "clusters": clusters}}


def command(file: Path) -> list[str | Path]:
    """The relay's command line."""
    envoy = file_in("envoy", "_bin/envoy")
    return [envoy, "--config-path", file, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warning"]


def _listener(name: str, address: dict[str, Any]) -> dict[str, Any]:
    proxy = {"@type": f"{TYPES}.{_TCP_PROXY}", "stat_prefix": name, "cluster": name}
    filters = [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}]
    return {"name": name, "address": {"socket_address": address}, "filter_chains": [{"filters": filters}]}


def _cluster(name: str, address: str, port: int, source: dict[str, Any] | None = None) -> dict[str, Any]:
    endpoint = {"address": {"socket_address": {"address": address, "port_value": port}}}
    return {
        "name": name,
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}]},
        **({"upstream_bind_config": {"source_address": source}} if source else {}),
    }
