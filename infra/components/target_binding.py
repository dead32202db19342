"""Who registers pods with the load balancer's target group where Auto Mode does not: a controller of its own.

The load balancer, its listeners and its target group are the program's (decision 4): of all that the controller can do
only `TargetGroupBinding` is left on, for one namespace, and its role may do nothing else.
Each key of the values is one of the chart's own: kubernetes-sigs/aws-load-balancer-controller v3.5.0
`helm/aws-load-balancer-controller/values.yaml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.charts import CONFINED, NO_ONE, RUNTIME_DEFAULT, Chart, closed_namespace, release, requests
from infra.shared.iam import Statement
from infra.shared.kubernetes import egress_to_cluster_basics, peers_at, tcp
from infra.shared.ports import Port
from infra.shared.roles import pod_identity

NAMESPACE = "aws-load-balancer-controller"
_CONTROLLER = "aws-load-balancer-controller"
"""The chart, the release and the service account bear one name."""


@dataclass(frozen=True, kw_only=True)
class TargetBindingArgs:
    """Which chart, how many controllers, and whose pods they register where."""

    charts: str
    version: str
    image_repository: pulumi.Input[str]
    """The mirrored one."""
    replicas: int
    kubernetes_version: str
    region: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    """Said, because pods do not reach the node's metadata."""
    target_group_arn: pulumi.Input[str]
    """The only group that it may register with."""
    bound_namespace: str
    """Where the bindings are, and the pods behind them."""
    control_plane_cidrs: Sequence[str]
    """Where the API server is: it calls webhooks from there."""
    dns_cidrs: Sequence[str]


class TargetBinding(pulumi.ComponentResource):
    """The controller with its role, which stands before its pods, in a namespace that only the API server calls."""

    ready: Sequence[pulumi.Resource]
    """What bindings wait for, and what `destroy` deletes after them: the controller ends their finalizers."""

    def __init__(self, name: str, args: TargetBindingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:TargetBinding", name, None, opts)
        namespace = closed_namespace(
            name,
            name=NAMESPACE,
            kubernetes_version=args.kubernetes_version,
            ingress=[
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=peers_at(*args.control_plane_cidrs), ports=tcp(Port.TARGET_BINDING_WEBHOOK)
                )
            ],
            egress=egress_to_cluster_basics(args.dns_cidrs),
            parent=self,
        )
        access = pod_identity(
            name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=_CONTROLLER,
            rights=_permissions(args.target_group_arn),
            parent=self,
        )
        controller = release(
            name,
            name=_CONTROLLER,
            namespace=namespace,
            chart=Chart(repository=args.charts, name=_CONTROLLER, version=args.version),
            values=_values(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=access),
        )
        self.ready = [controller]
        self.register_outputs({})


_LOOKING = (
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""None of these can be allowed on one resource (AWS's service authorization reference)."""


def _permissions(target_group_arn: pulumi.Input[str]) -> list[Statement]:
    return [
        Statement(
            sid="RegisterPods",
            actions=["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            resources=[target_group_arn],
        ),
        Statement(sid="LookAround", actions=_LOOKING, resources=["*"]),
    ]


def _values(args: TargetBindingArgs) -> dict[str, Any]:
    """It makes no load balancer of a Service or an Ingress, and no class for one; its certificate outlives upgrades.

    While it is away no new gateway starts: one without its readiness gate would let the last registered one go.
    """
    return {
        "clusterName": args.cluster_name,
        "image": {"repository": args.image_repository},
        "region": args.region,
        "vpcId": args.vpc_id,
        "watchNamespace": args.bound_namespace,
        "replicaCount": args.replicas,
        "serviceAccount": {"name": _CONTROLLER},
        "podDisruptionBudget": {"maxUnavailable": 1},
        "podMutatorWebhookConfig": {"failurePolicy": "Fail"},
        "keepTLSSecret": True,
        "enableServiceMutatorWebhook": False,
        "webhookConfig": {"disableIngressValidation": True},
        "createIngressClassResource": False,
        "enableBackendSecurityGroup": False,
        "enableShield": False,
        "enableWaf": False,
        "enableWafv2": False,
        "controllerConfig": {
            "featureGates": {"ALBGatewayAPI": False, "EnableServiceController": False, "NLBGatewayAPI": False}
        },
        "podSecurityContext": {"fsGroup": NO_ONE, "runAsNonRoot": True, "seccompProfile": RUNTIME_DEFAULT},
        "securityContext": {**CONFINED, "runAsNonRoot": True},
        "resources": requests(cpu="100m", memory="128Mi"),
    }
