"""What runs in the cluster for everybody: Istio's control plane, Argo Rollouts, enforced network policies.

Each key of the values is one of the chart's own: istio/istio 1.29.2 `manifests/charts` (base, istio-discovery),
argoproj/argo-helm argo-rollouts-2.40.4 `charts/argo-rollouts/values.yaml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.charts import RUNTIME_DEFAULT, Chart, closed_namespace, release, requests
from infra.shared.kubernetes import egress_to_cluster_basics, egress_to_names, peers_at, peers_in_namespace, tcp
from infra.shared.ports import Port

ISTIO_NAMESPACE = "istio-system"
ROLLOUTS_NAMESPACE = "argo-rollouts"
ROLLOUTS_SERVICE_ACCOUNT = "argo-rollouts"
"""As the chart names it."""


@dataclass(frozen=True, kw_only=True)
class AddOnsArgs:
    """Which charts, and how many of each controller."""

    istio_charts: str
    istio_version: str
    rollouts_charts: str
    rollouts_version: str
    registry: pulumi.Input[str]
    """Where the mirrored images are, without the slash behind it."""
    rollouts_repository: str
    istio_hub: pulumi.Input[str] | None
    """Where Istio's mirrored images are; None leaves it to the chart."""
    controller_replicas: int
    kubernetes_version: str
    network_policy_switch: bool
    """Whether Auto Mode is told to enforce network policies, which the vpc-cni add-on is told by its own settings."""
    gateway_namespace: str
    """Whose proxies ask Istio's control plane for their routes."""
    control_plane_cidrs: Sequence[str]
    """Where the API server is: it calls webhooks from there, and controllers call it there."""
    dns_cidrs: Sequence[str]


class AddOns(pulumi.ComponentResource):
    """The controllers, each before whatever it serves."""

    ready: Sequence[pulumi.Resource]
    """What custom resources wait for, and what `destroy` deletes after them."""

    def __init__(self, name: str, args: AddOnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:AddOns", name, None, opts)
        self._name = name
        if args.network_policy_switch:
            self._enforce_network_policies()
        istiod = self._istio(args)
        rollouts_namespace = self._namespace(
            ROLLOUTS_NAMESPACE, args, ingress=None, egress=egress_to_cluster_basics(args.dns_cidrs)
        )
        rollouts = self._release(
            "argo-rollouts",
            rollouts_namespace,
            Chart(repository=args.rollouts_charts, name="argo-rollouts", version=args.rollouts_version),
            {
                "keepCRDs": True,
                "controller": {
                    "image": {"registry": args.registry, "repository": args.rollouts_repository},
                    "replicas": args.controller_replicas,
                    "pdb": {"enabled": True, "maxUnavailable": 1},
                    "resources": requests(cpu="100m", memory="128Mi"),
                    "logging": {"format": "json"},
                },
            },
        )
        self.ready = [istiod, rollouts]
        self.register_outputs({})

    def _enforce_network_policies(self) -> None:
        k8s.core.v1.ConfigMap(
            f"{self._name}-network-policy-controller",
            metadata={"name": "amazon-vpc-cni", "namespace": "kube-system"},
            data={"enable-network-policy-controller": "true"},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _istio(self, args: AddOnsArgs) -> k8s.helm.v3.Release:
        namespace = self._namespace(
            ISTIO_NAMESPACE,
            args,
            ingress=[
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=[peers_in_namespace(args.gateway_namespace)], ports=tcp(Port.ISTIO_CONTROL)
                ),
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=peers_at(*args.control_plane_cidrs), ports=tcp(Port.ISTIO_WEBHOOK)
                ),
            ],
            egress=[
                egress_to_names(args.dns_cidrs),
                k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                    to=peers_at(*args.control_plane_cidrs), ports=tcp(Port.HTTPS)
                ),
            ],
        )

        def chart(name: str) -> Chart:
            return Chart(repository=args.istio_charts, name=name, version=args.istio_version)

        base = self._release("istio-base", namespace, chart("base"), {})
        return self._release(
            "istiod",
            namespace,
            chart("istiod"),
            {
                "autoscaleEnabled": False,
                "replicaCount": args.controller_replicas,
                "seccompProfile": RUNTIME_DEFAULT,
                "resources": requests(cpu="250m", memory="512Mi"),
                "sidecarInjectorWebhook": {"enableNamespacesByDefault": False},
                "global": {"logAsJson": True, **({"hub": args.istio_hub} if args.istio_hub is not None else {})},
            },
            depends_on=[base],
        )

    def _namespace(
        self,
        name: str,
        args: AddOnsArgs,
        *,
        ingress: Sequence[k8s.networking.v1.NetworkPolicyIngressRuleArgs] | None,
        egress: Sequence[k8s.networking.v1.NetworkPolicyEgressRuleArgs],
    ) -> k8s.core.v1.Namespace:
        return closed_namespace(
            f"{self._name}-{name}",
            name=name,
            kubernetes_version=args.kubernetes_version,
            ingress=ingress,
            egress=egress,
            parent=self,
        )

    def _release(
        self,
        name: str,
        namespace: k8s.core.v1.Namespace,
        chart: Chart,
        values: Mapping[str, Any],
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> k8s.helm.v3.Release:
        return release(
            f"{self._name}-{name}",
            name=name,
            namespace=namespace,
            chart=chart,
            values=values,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(depends_on)),
        )
