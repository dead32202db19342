import pytest

from infra.components.workload.routing import Routing, RoutingArgs
from infra.shared.release import Strategy
from tests.infra.recorder import Graph, record_component


def made(strategy: Strategy) -> Graph:
    args = RoutingArgs(
        gateway="istio-ingress/gateway", hosts=["api.example.com"], request_timeout_seconds=10, strategy=strategy
    )
    return record_component(lambda opts: Routing("routing", args, opts))


GRAPH = made(Strategy.CANARY)
ROUTES = GRAPH.one("kubernetes:networking.istio.io/v1:VirtualService")


def test_pulumi_leaves_alone_what_the_rollout_controller_writes_and_nothing_else() -> None:
    assert {resource.name: resource.ignore_changes for resource in GRAPH if resource.ignore_changes} == {
        "routing-routes": ("spec.http",),
        "routing-orders-stable": ("spec.selector",),
        "routing-orders-canary": ("spec.selector",),
    }


def test_under_blue_green_the_controller_writes_selectors_only() -> None:
    ignored = {resource.name: resource.ignore_changes for resource in made(Strategy.BLUE_GREEN)}
    assert {name: each for name, each in ignored.items() if each} == {
        "routing-orders-active": ("spec.selector",),
        "routing-orders-preview": ("spec.selector",),
    }


def test_under_rolling_nobody_else_writes() -> None:
    assert not any(resource.ignore_changes for resource in made(Strategy.ROLLING))


def test_the_preview_takes_no_requests_from_outside() -> None:
    routes = made(Strategy.BLUE_GREEN).one("kubernetes:networking.istio.io/v1:VirtualService")
    (route,) = routes.inputs["spec"]["http"]
    assert [each["destination"]["host"] for each in route["route"]] == ["orders-active"]


def test_all_traffic_begins_at_the_stable_version() -> None:
    (route,) = ROUTES.inputs["spec"]["http"]
    assert route["name"] == "orders"
    assert {each["destination"]["host"]: each["weight"] for each in route["route"]} == {
        "orders-stable": 100,
        "orders-canary": 0,
    }


def test_requests_come_through_the_gateway_for_the_api_only() -> None:
    spec = ROUTES.inputs["spec"]
    assert spec["gateways"] == ["istio-ingress/gateway"]
    assert spec["hosts"] == ["api.example.com"]
    assert [match["uri"]["prefix"] for match in spec["http"][0]["match"]] == ["/api/", "/health/"]


def test_only_what_never_arrived_is_tried_again() -> None:
    (route,) = ROUTES.inputs["spec"]["http"]
    assert route["timeout"] == "10s"
    assert set(route["retries"]["retryOn"].split(",")) == {"connect-failure", "refused-stream", "unavailable"}


def test_what_did_arrive_has_all_the_time_of_the_request() -> None:
    (route,) = ROUTES.inputs["spec"]["http"]
    assert "perTryTimeout" not in route["retries"]


@pytest.mark.parametrize("service", ["orders-stable", "orders-canary"])
def test_a_service_stands_before_its_pods_and_drops_the_sick_ones(service: str) -> None:
    resource = GRAPH.one("kubernetes:core/v1:Service", f"routing-{service}")
    assert resource.inputs["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    destination = GRAPH.one("kubernetes:networking.istio.io/v1:DestinationRule", f"routing-{service}-destination")
    assert destination.inputs["spec"]["host"] == service
    assert destination.inputs["spec"]["trafficPolicy"]["outlierDetection"]["consecutive5xxErrors"] == 5
    assert destination.inputs["spec"]["trafficPolicy"]["connectionPool"]["tcp"]["connectTimeout"] == "1s"
