"""How requests find the service: its Services, and a route over them whose weights the rollout moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE, ROUTE, Process, process_metadata, process_name
from infra.components.workload.strategy import services
from infra.shared.kubernetes import labels, selector_labels
from infra.shared.ports import Port
from infra.shared.release import Strategy

_PATHS = ("/api/", "/health/")
_RETRIES = {"attempts": 2, "retryOn": "connect-failure,refused-stream,unavailable"}
"""Only what never reached the service is tried again: the service itself keeps requests from counting twice.

A try that did reach it has the request's whole time: cut short it would fail and not be repeated.
"""
_CONNECTIONS = {"tcp": {"connectTimeout": "1s"}}
_OUTLIERS = {
    "consecutive5xxErrors": 5,
    "interval": "10s",
    "baseEjectionTime": "30s",
    "maxEjectionPercent": 50,
}


@dataclass(frozen=True, kw_only=True)
class RoutingArgs:
    """Through which gateway, for which hosts."""

    gateway: str
    """`namespace/name`."""
    hosts: Sequence[str]
    request_timeout_seconds: int
    strategy: Strategy


class Routing(pulumi.ComponentResource):
    """The Services of the strategy with their destinations, and the VirtualService over those that take requests."""

    ready: Sequence[pulumi.Resource]
    """What the rollout refers to."""

    def __init__(self, name: str, args: RoutingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Routing", name, None, opts)
        self._name = name
        is_switched = args.strategy is not Strategy.ROLLING
        destinations = [
            resource
            for service in services(args.strategy)
            for resource in (self._service(service, is_switched=is_switched), self._destination(service))
        ]
        self.ready = [*destinations, self._virtual_service(args)]
        self.register_outputs({})

    def _service(self, service: str, *, is_switched: bool) -> k8s.core.v1.Service:
        """A Service that stands before its pods do; where it is switched, the rollout controller owns its selector."""
        name = process_name(Process.API)
        return k8s.core.v1.Service(
            f"{self._name}-{service}",
            metadata={
                "name": service,
                "namespace": NAMESPACE,
                "labels": labels(name, Process.API.value),
                "annotations": {"pulumi.com/skipAwait": "true"},
            },
            spec=k8s.core.v1.ServiceSpecArgs(
                type="ClusterIP",
                selector=selector_labels(name),
                ports=[k8s.core.v1.ServicePortArgs(name="http", port=int(Port.ORDER_SERVICE), target_port="http")],
            ),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["spec.selector"] if is_switched else []),
        )

    def _destination(self, service: str) -> k8s.apiextensions.CustomResource:
        return k8s.apiextensions.CustomResource(
            f"{self._name}-{service}-destination",
            api_version="networking.istio.io/v1",
            kind="DestinationRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=service, namespace=NAMESPACE),
            spec={"host": service, "trafficPolicy": {"connectionPool": _CONNECTIONS, "outlierDetection": _OUTLIERS}},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _virtual_service(self, args: RoutingArgs) -> k8s.apiextensions.CustomResource:
        """The route. Under canary its `http` belongs to the rollout controller from the first rollout on."""
        serving, *own = services(args.strategy)
        is_canary = args.strategy is Strategy.CANARY
        weights = {serving: 100} | ({own[0]: 0} if is_canary else {})
        route = {
            "name": ROUTE,
            "match": [{"uri": {"prefix": path}} for path in _PATHS],
            "route": [
                {"destination": {"host": host, "port": {"number": int(Port.ORDER_SERVICE)}}, "weight": weight}
                for host, weight in weights.items()
            ],
            "timeout": f"{args.request_timeout_seconds}s",
            "retries": _RETRIES,
        }
        return k8s.apiextensions.CustomResource(
            f"{self._name}-routes",
            api_version="networking.istio.io/v1",
            kind="VirtualService",
            metadata=process_metadata(Process.API),
            spec={"hosts": list(args.hosts), "gateways": [args.gateway], "http": [route]},
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["spec.http"] if is_canary else []),
        )
