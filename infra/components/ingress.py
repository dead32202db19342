"""The gateway: Istio's Envoy inside the cluster, bound to the load balancer's target group.

Each key of the values is one that the chart's own schema has: istio/istio 1.29.2 `manifests/charts/gateway`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.kubernetes import (
    egress_to_cluster_basics,
    peers_at,
    peers_in_namespace,
    restricted_namespace_labels,
    tcp,
)
from infra.shared.ports import Port

NAMESPACE = "istio-ingress"
GATEWAY = "gateway"
"""The Service, the Gateway and the Helm release bear one name."""
_POD_LABELS = {"app": GATEWAY, "istio": GATEWAY}


@dataclass(frozen=True, kw_only=True)
class BindingApi:
    """Whose `TargetGroupBinding` joins pods to the target group, and which label lets it hold back their readiness."""

    api_version: str
    readiness_label: str


AUTO_MODE_BINDING = BindingApi(
    api_version="eks.amazonaws.com/v1", readiness_label="eks.amazonaws.com/pod-readiness-gate-inject"
)
CONTROLLER_BINDING = BindingApi(
    api_version="elbv2.k8s.aws/v1beta1", readiness_label="elbv2.k8s.aws/pod-readiness-gate-inject"
)
"""Of the AWS Load Balancer Controller, which nodes other than Auto Mode's ask for."""


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """How many gateways, which hosts they answer to, and which target group they join."""

    kubernetes_version: str
    charts: str
    chart_version: str
    least_replicas: int
    most_replicas: int
    hosts: Sequence[str]
    binding: BindingApi
    target_group_arn: pulumi.Input[str]
    forwarded_to: bool
    """Whether a listener forwards to it: to AWS the targets of a group that none does are unused and never healthy.

    Pods that wait to be called healthy would then never get ready.
    Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3753
    """
    deregistration_delay_seconds: int
    """Pods stay this long, and a little longer, after they were told to go."""
    public_cidrs: Sequence[str]
    """Where the load balancer's own addresses are."""
    scraper_cidrs: Sequence[str]
    """Where the metrics scraper's network interfaces are."""
    dns_cidrs: Sequence[str]
    service_namespace: str
    """Where the services behind the gateway run."""
    service_port: int


class Ingress(pulumi.ComponentResource):
    """The gateway's release, its listener and its binding."""

    gateway: str = f"{NAMESPACE}/{GATEWAY}"
    """`namespace/name`, as a VirtualService refers to it."""
    ready: Sequence[pulumi.Resource]
    """What routes wait for."""

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:Ingress", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        namespace = k8s.core.v1.Namespace(
            name,
            metadata={
                "name": NAMESPACE,
                "labels": {
                    **restricted_namespace_labels(args.kubernetes_version),
                    **({args.binding.readiness_label: "enabled"} if args.forwarded_to else {}),
                },
            },
            opts=self._child,
        )
        in_namespace = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        self._network_policy(args, in_namespace)
        release = k8s.helm.v3.Release(
            name,
            name=GATEWAY,
            namespace=NAMESPACE,
            chart="gateway",
            version=args.chart_version,
            repository_opts={"repo": args.charts},
            values=_gateway_values(args),
            atomic=True,
            opts=in_namespace,
        )
        self.ready = [self._listener(args, release), self._binding(args, release)]
        self.register_outputs({"gateway": self.gateway})

    def _listener(self, args: IngressArgs, release: k8s.helm.v3.Release) -> k8s.apiextensions.CustomResource:
        server = {
            "port": {"number": int(Port.GATEWAY), "name": "http", "protocol": "HTTP"},
            "hosts": list(args.hosts),
        }
        return k8s.apiextensions.CustomResource(
            f"{self._name}-listener",
            api_version="networking.istio.io/v1",
            kind="Gateway",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=GATEWAY, namespace=NAMESPACE),
            spec={"selector": {"istio": GATEWAY}, "servers": [server]},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[release]),
        )

    def _binding(self, args: IngressArgs, release: k8s.helm.v3.Release) -> k8s.apiextensions.CustomResource:
        return k8s.apiextensions.CustomResource(
            f"{self._name}-binding",
            api_version=args.binding.api_version,
            kind="TargetGroupBinding",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=GATEWAY, namespace=NAMESPACE),
            spec={
                "targetGroupARN": args.target_group_arn,
                "targetType": "ip",
                "serviceRef": {"name": GATEWAY, "port": int(Port.GATEWAY)},
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[release]),
        )

    def _network_policy(self, args: IngressArgs, opts: pulumi.ResourceOptions) -> None:
        k8s.networking.v1.NetworkPolicy(
            self._name,
            metadata={"name": GATEWAY, "namespace": NAMESPACE},
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(),
                policy_types=["Ingress", "Egress"],
                ingress=[
                    k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                        from_=peers_at(*args.public_cidrs), ports=tcp(Port.GATEWAY, Port.GATEWAY_STATUS)
                    ),
                    k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                        from_=peers_at(*args.scraper_cidrs), ports=tcp(Port.GATEWAY_METRICS)
                    ),
                ],
                egress=[
                    k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                        to=[peers_in_namespace("istio-system")], ports=tcp(Port.ISTIO_CONTROL)
                    ),
                    k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                        to=[peers_in_namespace(args.service_namespace)], ports=tcp(args.service_port)
                    ),
                    *egress_to_cluster_basics(args.dns_cidrs),
                ],
            ),
            opts=opts,
        )


def _gateway_values(args: IngressArgs) -> dict[str, Any]:
    drain_seconds = args.deregistration_delay_seconds + 5
    return {
        "labels": _POD_LABELS,
        "service": {
            "type": "ClusterIP",
            "ports": [
                {"name": "status-port", "port": int(Port.GATEWAY_STATUS), "targetPort": int(Port.GATEWAY_STATUS)},
                {"name": "http2", "port": int(Port.GATEWAY), "targetPort": int(Port.GATEWAY)},
            ],
        },
        "autoscaling": {
            "enabled": True,
            "minReplicas": args.least_replicas,
            "maxReplicas": args.most_replicas,
            "targetCPUUtilizationPercentage": 60,
        },
        "podDisruptionBudget": {"maxUnavailable": 1},
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _POD_LABELS},
            }
        ],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "podAnnotations": {
            "inject.istio.io/templates": "gateway",
            "sidecar.istio.io/inject": "true",
            "proxy.istio.io/config": f"terminationDrainDuration: {drain_seconds}s",
        },
        "terminationGracePeriodSeconds": drain_seconds + 10,
    }
