"""How many nodes there are: as many as the pods that find no place ask for, and no more for long.

Without it KEDA and the autoscalers of pods would make pods that wait for ever.
Each key of the values is one of the chart's own: kubernetes/autoscaler cluster-autoscaler-chart-9.59.0
`cluster-autoscaler/charts/cluster-autoscaler/values.yaml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from infra.shared.arn import Account
from infra.shared.charts import CONFINED, NO_ONE, RUNTIME_DEFAULT, Chart, closed_namespace, release, requests
from infra.shared.iam import Statement
from infra.shared.kubernetes import egress_to_cluster_basics
from infra.shared.roles import pod_identity

NAMESPACE = "cluster-autoscaler"
_AUTOSCALER = "cluster-autoscaler"
"""The chart, the release and the service account bear one name."""


@dataclass(frozen=True, kw_only=True)
class NodeScalingArgs:
    """Which chart and image, how many of them, and which groups they may change."""

    account: Account
    charts: str
    chart_version: str
    image_repository: pulumi.Input[str]
    """The mirrored one."""
    image_tag: str
    """Of the cluster's own minor version: it simulates that version's scheduler."""
    replicas: int
    kubernetes_version: str
    cluster_name: str
    """Fixed: EKS tags the groups of its nodes with it."""
    cluster_arn: pulumi.Input[str]
    group_prefix: str
    """What the names of the node groups begin with."""
    dns_cidrs: Sequence[str]


class NodeScaling(pulumi.ComponentResource):
    """Kubernetes' Cluster Autoscaler, with the right to size the groups of this cluster's nodes."""

    ready: Sequence[pulumi.Resource]
    """What asks for more than the first nodes have waits for this."""

    def __init__(self, name: str, args: NodeScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:NodeScaling", name, None, opts)
        namespace = closed_namespace(
            name,
            name=NAMESPACE,
            kubernetes_version=args.kubernetes_version,
            ingress=None,
            egress=egress_to_cluster_basics(args.dns_cidrs),
            parent=self,
        )
        access = pod_identity(
            name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=_AUTOSCALER,
            rights=_permissions(args),
            parent=self,
        )
        autoscaler = release(
            name,
            name=_AUTOSCALER,
            namespace=namespace,
            chart=Chart(repository=args.charts, name=_AUTOSCALER, version=args.chart_version),
            values=_values(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=access),
        )
        self.ready = [autoscaler]
        self.register_outputs({})


_LOOKING = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeScalingActivities",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
)
"""None of these can be allowed on one resource (AWS's service authorization reference)."""


def _permissions(args: NodeScalingArgs) -> list[Statement]:
    """EKS names the group behind a node group `eks-<its name>-<uuid>` and tags it for this cluster's autoscaler.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    groups = args.account.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/eks-{args.group_prefix}*")
    node_groups = args.account.arn("eks", f"nodegroup/{args.cluster_name}/{args.group_prefix}*/*")
    owned = {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{args.cluster_name}": "owned"}
    return [
        Statement(sid="LookAround", actions=_LOOKING, resources=["*"]),
        Statement(sid="LookAtNodeGroups", actions=["eks:DescribeNodegroup"], resources=[node_groups]),
        Statement(
            sid="SizeNodeGroups",
            actions=["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            resources=[groups],
            conditions={"StringEquals": owned},
        ),
    ]


def _values(args: NodeScalingArgs) -> dict[str, Any]:
    """Nodes go though system pods or scratch files are on them: with one group there is no other place for either."""
    return {
        "fullnameOverride": _AUTOSCALER,
        "cloudProvider": "aws",
        "awsRegion": args.account.region,
        "autoDiscovery": {"clusterName": args.cluster_name},
        "image": {"repository": args.image_repository, "tag": args.image_tag},
        "replicaCount": args.replicas,
        "rbac": {"serviceAccount": {"name": _AUTOSCALER}},
        "service": {"create": False},
        "extraArgs": {"skip-nodes-with-local-storage": False, "skip-nodes-with-system-pods": False},
        "securityContext": {
            "fsGroup": NO_ONE,
            "runAsGroup": NO_ONE,
            "runAsNonRoot": True,
            "runAsUser": NO_ONE,
            "seccompProfile": RUNTIME_DEFAULT,
        },
        "containerSecurityContext": CONFINED,
        "resources": requests(cpu="100m", memory="256Mi"),
    }
