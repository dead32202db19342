"""Scaling by what waits: KEDA, which turns a query of Managed Prometheus into replicas.

Each key of the values is one of the chart's own: kedacore/charts v2.20.2 `keda/values.yaml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.charts import KEPT, Chart, closed_namespace, release, requests
from infra.shared.iam import Statement
from infra.shared.kubernetes import egress_to_cluster_basics, peers_at, peers_in_namespace, tcp
from infra.shared.ports import Port
from infra.shared.roles import pod_identity

NAMESPACE = "keda"
_OPERATOR = "keda-operator"
"""The service account that asks, as the chart names it."""
_PARTS = ("operator", "metricServer", "webhooks")


@dataclass(frozen=True, kw_only=True)
class EventScalingArgs:
    """Which chart, how many of its parts, and what they may ask."""

    charts: str
    version: str
    registry: pulumi.Input[str] | None
    """Where its mirrored images are; None leaves it to the chart."""
    replicas: int
    kubernetes_version: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    workspace_arn: pulumi.Input[str]
    """The only metrics that it may read."""
    control_plane_cidrs: Sequence[str]
    """Where the API server is: it asks for metrics and calls webhooks from there."""
    dns_cidrs: Sequence[str]


class EventScaling(pulumi.ComponentResource):
    """The operator with its right to query, the metrics that the API server asks it for, and its webhooks."""

    ready: Sequence[pulumi.Resource]
    """What scaled objects wait for, and what `destroy` deletes after them: the operator ends their finalizers."""

    def __init__(self, name: str, args: EventScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:EventScaling", name, None, opts)
        namespace = closed_namespace(
            name,
            name=NAMESPACE,
            kubernetes_version=args.kubernetes_version,
            ingress=[
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=peers_at(*args.control_plane_cidrs), ports=tcp(Port.KEDA_METRICS, Port.KEDA_WEBHOOK)
                ),
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=[peers_in_namespace(NAMESPACE)], ports=tcp(Port.KEDA_OPERATOR)
                ),
            ],
            egress=[
                *egress_to_cluster_basics(args.dns_cidrs),
                k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                    to=[peers_in_namespace(NAMESPACE)], ports=tcp(Port.KEDA_OPERATOR)
                ),
            ],
            parent=self,
        )
        access = pod_identity(
            name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=_OPERATOR,
            rights=[Statement(sid="QueryMetrics", actions=["aps:QueryMetrics"], resources=[args.workspace_arn])],
            parent=self,
        )
        keda = release(
            name,
            name="keda",
            namespace=namespace,
            chart=Chart(repository=args.charts, name="keda", version=args.version),
            values={**_values(args.replicas), **_images(args.registry)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=access),
        )
        self.ready = [keda]
        self.register_outputs({})


def _images(registry: pulumi.Input[str] | None) -> dict[str, Any]:
    return {} if registry is None else {"global": {"image": {"registry": registry}}}


def _values(replicas: int) -> dict[str, Any]:
    """Definitions stay; no Secret is read, since nothing here authenticates by one; Deployments alone are scaled."""
    resources = requests(cpu="100m", memory="256Mi")
    return {
        "crds": {"additionalAnnotations": KEPT},
        "operator": {"replicaCount": replicas},
        "metricsServer": {"replicaCount": replicas},
        "webhooks": {"replicaCount": replicas},
        "podDisruptionBudget": {part: {"maxUnavailable": 1} for part in _PARTS},
        "resources": dict.fromkeys(_PARTS, resources),
        "permissions": {
            "operator": {"restrict": {"secret": True}},
            "metricServer": {"restrict": {"secret": True}},
        },
        "rbac": {"enabledCustomScaledRefKinds": False},
        "logging": {
            "operator": {"format": "json"},
            "metricServer": {"zapEncoder": "json"},
            "webhooks": {"format": "json"},
        },
    }
