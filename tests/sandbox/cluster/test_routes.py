from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.routes import go_seconds, seconds, virtual_hosts
from sandbox.cluster.store import Store


def routes(tmp_path: Path, rule: dict[str, Any]) -> list[dict[str, Any]]:
    store = Store(tmp_path, lambda: None)
    for name, port in (("orders", 80), ("preview", 8080)):
        metadata = {"name": name, "namespace": "shop"}
        store.put({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": port}]}})
    virtual_service = {"metadata": {"namespace": "shop"}, "spec": {"hosts": ["api.example.com"], "http": [rule]}}
    (host,) = virtual_hosts(store, [virtual_service])
    assert host["domains"] == ["api.example.com", "api.example.com:*"]
    return host["routes"]


def test_weights_timeouts_and_retries_are_those_of_the_virtual_service(tmp_path: Path) -> None:
    destinations = [
        {"destination": {"host": "orders"}, "weight": 90},
        {"destination": {"host": "preview.shop.svc.cluster.local", "port": {"number": 8080}}, "weight": 10},
    ]
    retries = {"attempts": 1, "perTryTimeout": "250ms", "retryOn": "connect-failure"}
    (route,) = routes(tmp_path, {"route": destinations, "timeout": "2s", "retries": retries})
    assert route["route"] == {
        "weighted_clusters": {
            "clusters": [{"name": "shop/orders/80", "weight": 90}, {"name": "shop/preview/8080", "weight": 10}]
        },
        "timeout": "2s",
        "retry_policy": {"num_retries": 1, "retry_on": "connect-failure", "per_try_timeout": "0.25s"},
    }


def test_each_match_is_a_route_of_its_own(tmp_path: Path) -> None:
    matches = [
        {"uri": {"exact": "/health"}, "method": {"exact": "GET"}},
        {"uri": {"prefix": "/api"}, "headers": {"x-version": {"exact": "two"}}},
        {"uri": {"regex": "/v[12]/.*"}},
    ]
    found = [
        each["match"] for each in routes(tmp_path, {"match": matches, "route": [{"destination": {"host": "orders"}}]})
    ]
    assert found == [
        {"path": "/health", "headers": [{"name": ":method", "string_match": {"exact": "GET"}}]},
        {"prefix": "/api", "headers": [{"name": "x-version", "string_match": {"exact": "two"}}]},
        {"safe_regex": {"regex": "/v[12]/.*"}, "headers": []},
    ]


@pytest.mark.parametrize(
    ("duration", "expected"), [("250ms", "0.25s"), ("1.5s", "1.5s"), ("2m", "120s"), ("1h", "3600s")]
)
def test_durations_are_in_seconds(duration: str, expected: str) -> None:
    assert seconds(duration) == expected


def test_a_number_without_a_unit_is_of_seconds() -> None:
    assert (go_seconds("5"), go_seconds(5)) == (5, 5)


def test_a_duration_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'soon' is not a number followed by"):
        seconds("soon")
