"""How requests find the service: two Services, and a route between them whose weights the rollout moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import (
    CANARY_SERVICE,
    NAMESPACE,
    ROUTE,
    STABLE_SERVICE,
    Process,
    process_metadata,
    process_name,
)
from infra.shared.kubernetes import labels, selector_labels
from infra.shared.ports import Port

_PATHS = ("/api/", "/health/")
_RETRIES = {"attempts": 2, "perTryTimeout": "1s", "retryOn": "connect-failure,refused-stream,unavailable"}
"""Only what never reached the service is tried again: the service itself keeps requests from counting twice."""
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


class Routing(pulumi.ComponentResource):
    """The stable and the canary Service with their destinations, and the VirtualService over both."""

    ready: Sequence[pulumi.Resource]
    """What the rollout refers to."""

    def __init__(self, name: str, args: RoutingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Routing", name, None, opts)
        self._name = name
        destinations = [
            resource
            for service in (STABLE_SERVICE, CANARY_SERVICE)
            for resource in (self._service(service), self._destination(service))
        ]
        self.ready = [*destinations, self._virtual_service(args)]
        self.register_outputs({})

    def _service(self, service: str) -> k8s.core.v1.Service:
        """A Service that stands before its pods do: the rollout controller points it at them."""
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
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["spec.selector"]),
        )

    def _destination(self, service: str) -> k8s.apiextensions.CustomResource:
        return k8s.apiextensions.CustomResource(
            f"{self._name}-{service}-destination",
            api_version="networking.istio.io/v1",
            kind="DestinationRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=service, namespace=NAMESPACE),
            spec={"host": service, "trafficPolicy": {"outlierDetection": _OUTLIERS}},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _virtual_service(self, args: RoutingArgs) -> k8s.apiextensions.CustomResource:
        """The route. Its `http` belongs to the rollout controller from the first rollout on."""
        weights = {STABLE_SERVICE: 100, CANARY_SERVICE: 0}
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
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["spec.http"]),
        )
