"""What the workload lives within: its namespace, how much it may take, and whom it may speak to."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE, Process, process_name
from infra.shared.kubernetes import (
    egress_to_cluster_basics,
    network_policy,
    peers_at,
    peers_in_namespace,
    restricted_namespace_labels,
    selector_labels,
    tcp,
)
from infra.shared.ports import Port
from infra.shared.quantities import Resources

_DEFAULT_CONTAINER = Resources(cpu_millicores=100, memory_mebibytes=128)
_LARGEST_CONTAINER = Resources(cpu_millicores=4000, memory_mebibytes=4096)


@dataclass(frozen=True, kw_only=True)
class BoundariesArgs:
    """How much, and who is where."""

    kubernetes_version: str
    quota: Resources
    """The most that all pods of the namespace may ask for together."""
    most_pods: int
    ingress_namespace: str
    telemetry_namespace: str
    data_cidrs: Sequence[str]
    scraper_cidrs: Sequence[str]
    """Where the metrics scraper's network interfaces are."""
    dns_cidrs: Sequence[str]


class Boundaries(pulumi.ComponentResource):
    """A namespace under the restricted profile where nothing may be said that is not listed."""

    ready: Sequence[pulumi.Resource]
    """What has to stand before anything is put into the namespace."""

    def __init__(self, name: str, args: BoundariesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Boundaries", name, None, opts)
        self._name = name
        namespace = k8s.core.v1.Namespace(
            name,
            metadata={"name": NAMESPACE, "labels": restricted_namespace_labels(args.kubernetes_version)},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._inside = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        self.ready = [
            namespace,
            self._quota(args),
            self._limit_range(),
            self._policy("default-deny", {}, ingress=[], egress=[]),
            self._ingress_to_api(args),
            self._ingress_to_metrics(args),
            self._egress(args),
        ]
        self.register_outputs({})

    def _metadata(self, name: str) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=NAMESPACE)

    def _quota(self, args: BoundariesArgs) -> k8s.core.v1.ResourceQuota:
        quantities = args.quota.as_quantities()
        return k8s.core.v1.ResourceQuota(
            self._name,
            metadata=self._metadata("orders"),
            spec={
                "hard": {
                    "requests.cpu": quantities["cpu"],
                    "requests.memory": quantities["memory"],
                    "limits.memory": quantities["memory"],
                    "pods": str(args.most_pods),
                }
            },
            opts=self._inside,
        )

    def _limit_range(self) -> k8s.core.v1.LimitRange:
        default = _DEFAULT_CONTAINER.as_quantities()
        return k8s.core.v1.LimitRange(
            self._name,
            metadata=self._metadata("orders"),
            spec={
                "limits": [
                    {
                        "type": "Container",
                        "default_request": default,
                        "default": {"memory": default["memory"]},
                        "max": _LARGEST_CONTAINER.as_quantities(),
                    }
                ]
            },
            opts=self._inside,
        )

    def _ingress_to_api(self, args: BoundariesArgs) -> k8s.networking.v1.NetworkPolicy:
        from_gateway = k8s.networking.v1.NetworkPolicyIngressRuleArgs(
            from_=[peers_in_namespace(args.ingress_namespace)], ports=tcp(Port.ORDER_SERVICE)
        )
        return self._policy("gateway-to-api", selector_labels(process_name(Process.API)), ingress=[from_gateway])

    def _ingress_to_metrics(self, args: BoundariesArgs) -> k8s.networking.v1.NetworkPolicy:
        from_scraper = k8s.networking.v1.NetworkPolicyIngressRuleArgs(
            from_=peers_at(*args.scraper_cidrs), ports=tcp(Port.ORDER_SERVICE)
        )
        return self._policy("scraper-to-metrics", {}, ingress=[from_scraper])

    def _egress(self, args: BoundariesArgs) -> k8s.networking.v1.NetworkPolicy:
        to_data = k8s.networking.v1.NetworkPolicyEgressRuleArgs(
            to=peers_at(*args.data_cidrs), ports=tcp(Port.POSTGRESQL, Port.VALKEY, Port.KAFKA_SASL_IAM)
        )
        to_telemetry = k8s.networking.v1.NetworkPolicyEgressRuleArgs(
            to=[peers_in_namespace(args.telemetry_namespace)], ports=tcp(Port.OTLP_GRPC, Port.OTLP_HTTP)
        )
        return self._policy(
            "orders-to-platform", {}, egress=[to_data, to_telemetry, *egress_to_cluster_basics(args.dns_cidrs)]
        )

    def _policy(
        self,
        policy_name: str,
        pod_labels: dict[str, str],
        *,
        ingress: Sequence[k8s.networking.v1.NetworkPolicyIngressRuleArgs] | None = None,
        egress: Sequence[k8s.networking.v1.NetworkPolicyEgressRuleArgs] | None = None,
    ) -> k8s.networking.v1.NetworkPolicy:
        return network_policy(
            f"{self._name}-{policy_name}",
            namespace=NAMESPACE,
            name=policy_name,
            pod_labels=pod_labels,
            ingress=ingress,
            egress=egress,
            opts=self._inside,
        )
