"""Istio's VirtualServices as Envoy's routes."""

from sandbox.cluster.kinds import SERVICE
from sandbox.cluster.store import Object, Reader

DEFAULT_RETRIES = {"attempts": 2, "retryOn": "connect-failure,refused-stream,unavailable,cancelled"}
"""Istio's own default."""


def virtual_hosts(store: Reader, virtual_services: list[Object]) -> list[Object]:
    """Envoy's virtual hosts, one for each host name, with the routes of every VirtualService that names it."""
    hosts: dict[str, list[Object]] = {}
    for virtual_service in virtual_services:
        namespace, spec = virtual_service["metadata"]["namespace"], virtual_service["spec"]
        for host in spec["hosts"]:
            for rule in spec.get("http", ()):
                hosts.setdefault(host, []).extend(_routes(store, namespace, rule))
    return [{"name": host, "domains": _domains(host), "routes": routes} for host, routes in hosts.items()]


def cluster_name(store: Reader, namespace: str, destination: Object) -> str:
    """The Envoy cluster of a destination: `namespace/service/port`, the Service's first port where none is given."""
    name, _, rest = destination["host"].partition(".")
    namespace = rest.partition(".")[0] or namespace
    service = store.get(SERVICE, namespace, name) or {"spec": {}}
    first = next(iter(service["spec"].get("ports", ())), {"port": 0})["port"]
    return f"{namespace}/{name}/{destination.get('port', {}).get('number', first)}"


def seconds(duration: str) -> str:
    """A Go duration (`250ms`, `1m`) in Envoy's notation."""
    return f"{go_seconds(duration):g}s"


def go_seconds(duration: str | int) -> float:
    """A Go duration, or a number of seconds."""
    if isinstance(duration, int) or duration.isdigit():
        return float(duration)
    for unit, factor in (("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)):
        number = duration.removesuffix(unit)
        if number != duration and number.replace(".", "", 1).isdigit():
            return float(number) * factor
    raise ValueError(f"duration {duration!r} is not a number followed by ms, s, m or h")


def _domains(host: str) -> list[str]:
    return [host] if host == "*" else [host, f"{host}:*"]


def _routes(store: Reader, namespace: str, rule: Object) -> list[Object]:
    action = _action(store, namespace, rule)
    return [{"match": _match(match), "route": action} for match in rule.get("match") or [{}]]


def _match(match: Object) -> Object:
    uri = match.get("uri", {"prefix": "/"})
    names = {"exact": "path", "prefix": "prefix", "regex": "safe_regex"}
    headers = match.get("headers", {}) | ({":method": match["method"]} if "method" in match else {})
    conditions = [
        {"name": name, "string_match": _renamed(text, {"regex": "safe_regex"})} for name, text in headers.items()
    ]
    return {**_renamed(uri, names), "headers": conditions}


def _renamed(text: Object, names: dict[str, str]) -> Object:
    return {names.get(how, how): {"regex": value} if how == "regex" else value for how, value in text.items()}


def _action(store: Reader, namespace: str, rule: Object) -> Object:
    destinations = rule["route"]
    retries = {**DEFAULT_RETRIES, **rule.get("retries", {})}
    default = 100 if len(destinations) == 1 else 0
    clusters = [
        {"name": cluster_name(store, namespace, each["destination"]), "weight": each.get("weight", default)}
        for each in destinations
    ]
    policy: Object = {"num_retries": retries["attempts"], "retry_on": retries["retryOn"]}
    if "perTryTimeout" in retries:
        policy["per_try_timeout"] = seconds(retries["perTryTimeout"])
    timeout = seconds(rule.get("timeout", "0s"))
    return {"weighted_clusters": {"clusters": clusters}, "timeout": timeout, "retry_policy": policy}
