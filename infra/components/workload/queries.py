"""What analyses ask Prometheus (PromQL): of the gateway what users see, of the pods what only they know.

Requests and their durations are Istio's standard metrics of the gateway, by Service: they count what the version itself
cannot, such as refused connections. Orders are the service's own metric, by pod-template hash; memory is the kubelet's.
Where nothing was measured, or too little, a query finds nothing: that is inconclusive.
"""

from infra.components.workload.names import CONTAINER, NAMESPACE, Process, process_name

SERVICE, STABLE_SERVICE = "{{args.service}}", "{{args.stable-service}}"
HASH, STABLE_HASH = "{{args.hash}}", "{{args.stable-hash}}"

_ORDERS_ROUTE = "/api/v2/orders"
_OF_NAMESPACE = f'destination_service_namespace="{NAMESPACE}"'
_PLACEMENT = f'http_route="{_ORDERS_ROUTE}", http_request_method="POST"'
REQUESTS = f"istio_requests_total{{{_OF_NAMESPACE}}}"
"""Requests to the service, whatever version answers."""
REQUESTS_FAILED = f'istio_requests_total{{{_OF_NAMESPACE}, response_code=~"5.."}}'
EVENTS_WAITING = f'sum(events_waiting{{namespace="{NAMESPACE}", component="{Process.CONSUMER}"}})'
"""Events that no consumer has read yet, retries among them: each member tells of its own partitions."""
ORDERS = f"http_server_request_duration_seconds_count{{{_PLACEMENT}}}"
"""Placements of orders."""


def orders_within(seconds: float) -> str:
    """Placements that took no longer than that, which is a boundary of the service's histogram."""
    return f'http_server_request_duration_seconds_bucket{{{_PLACEMENT}, le="{seconds}"}}'


def success_percent(service: str, *, window_seconds: int, least_requests: int) -> str:
    """The share of requests to a Service that were not answered with 5xx."""
    failed = _rate(_requests(service, 'response_code=~"5.."'), window_seconds)
    share = f"100 * (1 - ({failed} or vector(0)) / {_rate(_requests(service), window_seconds)})"
    return f"{share} and {_enough(_requests(service), window_seconds, least_requests)}"


def p99_milliseconds(service: str, *, window_seconds: int, least_requests: int) -> str:
    """The 99th percentile of the duration of requests to a Service."""
    buckets = f"istio_request_duration_milliseconds_bucket{{{_of_service(service)}}}"
    quantile = f"histogram_quantile(0.99, sum by (le) (rate({buckets}[{window_seconds}s])))"
    return f"{quantile} and {_enough(_requests(service), window_seconds, least_requests)}"


def saturation_percent(template_hash: str) -> str:
    """The fullest pod's memory, of its limit."""
    pods = f'namespace="{NAMESPACE}", container="{CONTAINER}", pod=~"{process_name(Process.API)}-{template_hash}-.*"'
    return f"100 * max(container_memory_working_set_bytes{{{pods}}} / container_spec_memory_limit_bytes{{{pods}}})"


def confirmed_percent(template_hash: str, *, window_seconds: int) -> str:
    """The share of placed orders that were confirmed."""
    labels = f'http_route="{_ORDERS_ROUTE}", http_request_method="POST", rollouts_pod_template_hash="{template_hash}"'
    placed = f"http_server_request_duration_seconds_count{{{labels}}}"
    confirmed = f'http_server_request_duration_seconds_count{{{labels}, http_response_status_code="201"}}'
    share = f"100 * ({_rate(confirmed, window_seconds)} or vector(0)) / {_rate(placed, window_seconds)}"
    return f"{share} and {_enough(placed, window_seconds, 1)}"


def _requests(service: str, *conditions: str) -> str:
    return f"istio_requests_total{{{', '.join([_of_service(service), *conditions])}}}"


def _of_service(service: str) -> str:
    return f'destination_service_namespace="{NAMESPACE}", destination_service_name="{service}"'


def _rate(selector: str, window_seconds: int) -> str:
    return f"sum(rate({selector}[{window_seconds}s]))"


def _enough(selector: str, window_seconds: int, least: int) -> str:
    return f"sum(increase({selector}[{window_seconds}s])) >= {least}"
