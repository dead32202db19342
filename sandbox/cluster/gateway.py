"""Gateways, VirtualServices, DestinationRules and Services as the configuration of the node's Envoy."""

from sandbox.cluster.kinds import DESTINATION_RULE, GATEWAY, SERVICE, VIRTUAL_SERVICE
from sandbox.cluster.proxy import Configuration, assignment, listener, listening_port, source
from sandbox.cluster.routes import cluster_name, seconds, virtual_hosts
from sandbox.cluster.service import endpoints
from sandbox.cluster.store import Object, Reader

UPSTREAM_IDLE = "4s"
"""Shorter than uvicorn's keep-alive of 5 s: else a request can meet a connection that is being closed."""
_LOAD_ASSIGNMENT = "config.endpoint.v3.ClusterLoadAssignment"
_HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
_OUTLIERS = {
    "consecutive5xxErrors": "consecutive_5xx",
    "consecutiveGatewayErrors": "consecutive_gateway_failure",
    "interval": "interval",
    "baseEjectionTime": "base_ejection_time",
    "maxEjectionPercent": "max_ejection_percent",
}
_LIMITS = {
    "maxConnections": "max_connections",
    "http1MaxPendingRequests": "max_pending_requests",
    "http2MaxRequests": "max_requests",
    "maxRetries": "max_retries",
}
UNLIMITED = 2**32 - 1
"""Istio's own default."""


def reconcile(store: Reader, proxy: Configuration, *, on_cluster_addresses: bool = True) -> None:
    """Writes endpoints first, then clusters, routes and listeners, so that nothing refers to what is not there yet.

    `on_cluster_addresses`: whether it listens on every ClusterIP too, in kube-proxy's place.
    """
    services = [each for each in store.list(SERVICE) if each["spec"].get("clusterIP") not in (None, "None")]
    policies = {_host(store, rule): rule["spec"].get("trafficPolicy", {}) for rule in store.list(DESTINATION_RULE)}
    clusters, listeners = [], []
    for service in services:
        for port in service["spec"].get("ports", ()):
            if not (members := endpoints(store, service, port["port"])) and not service["spec"].get("selector"):
                continue
            name = _cluster(service, port)
            path = proxy.write(f"endpoints-{name.replace('/', '.')}", _LOAD_ASSIGNMENT, [assignment(name, members)])
            clusters.append(_envoy_cluster(name, source(path), policies.get(name.rpartition("/")[0], {})))
            filter_ = _filter("tcp_proxy", "network.tcp_proxy.v3.TcpProxy", {"stat_prefix": name, "cluster": name})
            listeners.append(listener(name, service["spec"]["clusterIP"], port["port"], filter_))
    proxy.write("clusters", "config.cluster.v3.Cluster", clusters)
    listeners = [*(listeners if on_cluster_addresses else ()), *_gateway_listeners(store, proxy)]
    proxy.write("listeners", "config.listener.v3.Listener", listeners)


def _gateway_listeners(store: Reader, proxy: Configuration) -> list[Object]:
    bound: dict[int, list[Object]] = {}
    for gateway in store.list(GATEWAY):
        name = f"{gateway['metadata']['namespace']}/{gateway['metadata']['name']}"
        attached = [each for each in store.list(VIRTUAL_SERVICE) if name in _gateways(each)]
        for server in gateway["spec"]["servers"]:
            if server["port"]["protocol"] in ("HTTP", "HTTP2"):
                bound.setdefault(listening_port(server["port"]["number"]), []).extend(attached)
    return [_http_listener(store, proxy, port, attached) for port, attached in bound.items()]


def _http_listener(store: Reader, proxy: Configuration, port: int, virtual_services: list[Object]) -> Object:
    name = f"gateway-{port}"
    hosts = virtual_hosts(store, virtual_services)
    path = proxy.write(f"routes-{port}", "config.route.v3.RouteConfiguration", [{"name": name, "virtual_hosts": hosts}])
    manager = {
        "stat_prefix": name,
        "rds": {"route_config_name": name, "config_source": source(path)},
        "use_remote_address": True,
        "xff_num_trusted_hops": 1,
        "preserve_external_request_id": True,
        "http_filters": [_filter("router", "filters.http.router.v3.Router", {})],
    }
    network = _filter("http_connection_manager", "network.http_connection_manager.v3.HttpConnectionManager", manager)
    return listener(name, proxy.address, port, network)


def _filter(name: str, message: str, config: Object) -> Object:
    prefix = "" if message.startswith("filters.") else "filters."
    kind = f"type.googleapis.com/envoy.extensions.{prefix}{message}"
    scope = "http" if ".http.router" in message else "network"
    return {"name": f"envoy.filters.{scope}.{name}", "typed_config": {"@type": kind, **config}}


def _gateways(virtual_service: Object) -> list[str]:
    namespace = virtual_service["metadata"]["namespace"]
    return [each if "/" in each else f"{namespace}/{each}" for each in virtual_service["spec"].get("gateways", ())]


def _host(store: Reader, rule: Object) -> str:
    return cluster_name(store, rule["metadata"]["namespace"], {"host": rule["spec"]["host"]}).rpartition("/")[0]


def _cluster(service: Object, port: Object) -> str:
    return f"{service['metadata']['namespace']}/{service['metadata']['name']}/{port['port']}"


def _envoy_cluster(name: str, eds: Object, policy: Object) -> Object:
    pool = policy.get("connectionPool", {})
    given = {**pool.get("tcp", {}), **pool.get("http", {})}
    limits = {envoy: given.get(istio, UNLIMITED) for istio, envoy in _LIMITS.items()}
    outliers = {_OUTLIERS[key]: _in_seconds(value) for key, value in policy.get("outlierDetection", {}).items()}
    common = {"idle_timeout": UPSTREAM_IDLE}
    options = {"common_http_protocol_options": common, "explicit_http_config": {"http_protocol_options": {}}}
    return {
        "name": name,
        "type": "EDS",
        "eds_cluster_config": {"eds_config": eds},
        "connect_timeout": seconds(given.get("connectTimeout", "10s")),
        "lb_policy": "LEAST_REQUEST",
        "circuit_breakers": {"thresholds": [limits]},
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "typed_extension_protocol_options": {
            _HTTP_OPTIONS: {"@type": f"type.googleapis.com/{_HTTP_OPTIONS}", **options}
        },
        **({"outlier_detection": outliers} if outliers else {}),
    }


def _in_seconds(value: str | int) -> str | int:
    return seconds(value) if isinstance(value, str) else value
