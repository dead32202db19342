"""Istio's VirtualServices as Envoy's routes."""

from sandbox.cluster.kinds import SERVICE
from sandbox.cluster.store import Object, Store

DEFAULT_RETRIES = {"attempts": 2, "retryOn": "connect-failure,refused-stream,unavailable,cancelled"}
"""Istio's own default."""
MATCHERS = {"exact": "exact", "prefix": "prefix"}


def virtual_hosts(store: Store, virtual_services: list[Object]) -> list[Object]:
    """Envoy's virtual hosts, one for each host name, with the routes of every VirtualService that names it."""
    hosts: dict[str, list[Object]] = {}
    for virtual_service in virtual_services:
        namespace, spec = virtual_service["metadata"]["namespace"], virtual_service["spec"]
        for host in spec["hosts"]:
            for rule in spec.get("http", ()):
                hosts.setdefault(host, []).extend(_routes(store, namespace, rule))
    return [{"name": host, "domains": _domains(host), "routes": routes} for host, routes in hosts.items()]


def cluster_name(store: Store, namespace: str, destination: Object) -> str:
    """The Envoy cluster of a destination: `namespace/service/port`, the Service's first port where none is given."""
    name, _, rest = destination["host"].partition(".")
    namespace = rest.partition(".")[0] or namespace
    service = store.get(SERVICE, namespace, name) or {"spec": {}}
    first = next(iter(service["spec"].get("ports", ())), {"port": 0})["port"]
    return f"{namespace}/{name}/{destination.get('port', {}).get('number', first)}"


def seconds(duration: str) -> str:
    """A Go duration (`250ms`, `1m`) in Envoy's notation."""
    for unit, factor in (("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)):
        number = duration.removesuffix(unit)
        if number != duration and number.replace(".", "", 1).isdigit():
            return f"{float(number) * factor:g}s"
    raise ValueError(f"duration {duration!r} is not a number followed by ms, s, m or h")


def _domains(host: str) -> list[str]:
    return [host] if host == "*" else [host, f"{host}:*"]


def _routes(store: Store, namespace: str, rule: Object) -> list[Object]:
    route = {"route": _action(store, namespace, rule), **_header_changes(rule.get("headers", {}))}
    return [{"match": _match(match), **route} for match in rule.get("match") or [{}]]


def _match(match: Object) -> Object:
    uri = match.get("uri", {})
    headers = {**match.get("headers", {}), **({":method": match["method"]} if "method" in match else {})}
    path = {"path": uri["exact"]} if "exact" in uri else {"prefix": uri.get("prefix", "/")}
    if "regex" in uri:
        path = {"safe_regex": {"regex": uri["regex"]}}
    return path | {"headers": [{"name": name, **_header(value)} for name, value in headers.items()]}


def _header(value: Object) -> Object:
    if "regex" in value:
        return {"string_match": {"safe_regex": {"regex": value["regex"]}}}
    known = {MATCHERS[key]: text for key, text in value.items()}
    return {"string_match": known} if known else {"present_match": True}


def _action(store: Store, namespace: str, rule: Object) -> Object:
    destinations = rule["route"]
    retries = {**DEFAULT_RETRIES, **rule.get("retries", {})}
    clusters = [
        {
            "name": cluster_name(store, namespace, each["destination"]),
            "weight": each.get("weight", 100 if len(destinations) == 1 else 0),
            **_header_changes(each.get("headers", {})),
        }
        for each in destinations
    ]
    policy: Object = {"num_retries": retries["attempts"], "retry_on": retries["retryOn"]}
    if "perTryTimeout" in retries:
        policy["per_try_timeout"] = seconds(retries["perTryTimeout"])
    action: Object = {
        "weighted_clusters": {"clusters": clusters},
        "timeout": seconds(rule.get("timeout", "0s")),
        "retry_policy": policy,
    }
    if "uri" in rule.get("rewrite", {}):
        action["prefix_rewrite"] = rule["rewrite"]["uri"]
    return action


def _header_changes(headers: Object) -> Object:
    changes: Object = {}
    for side in ("request", "response"):
        operations = headers.get(side, {})
        added = [(name, value, "APPEND_IF_EXISTS_OR_ADD") for name, value in operations.get("add", {}).items()]
        added += [(name, value, "OVERWRITE_IF_EXISTS_OR_ADD") for name, value in operations.get("set", {}).items()]
        changes[f"{side}_headers_to_add"] = [
            {"header": {"key": name, "value": value}, "append_action": action} for name, value, action in added
        ]
        changes[f"{side}_headers_to_remove"] = operations.get("remove", [])
    return {name: value for name, value in changes.items() if value}
