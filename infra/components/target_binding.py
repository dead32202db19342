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
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from infra.shared.charts import RUNTIME_DEFAULT, Chart, closed_namespace, release, requests
from infra.shared.iam import ROLE_PATH, Statement, pod_identity_trust, policy_document
from infra.shared.kubernetes import egress_to_cluster_basics, peers_at, tcp
from infra.shared.ports import Port

NAMESPACE = "aws-load-balancer-controller"
_CONTROLLER = "aws-load-balancer-controller"
"""The chart, the release and the service account bear one name."""
_NO_ONE = 65534


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
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
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
        controller = release(
            name,
            name=_CONTROLLER,
            namespace=namespace,
            chart=Chart(repository=args.charts, name=_CONTROLLER, version=args.version),
            values=_values(args),
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._access(args)),
        )
        self.ready = [controller]
        self.register_outputs({})

    def _access(self, args: TargetBindingArgs) -> list[pulumi.Resource]:
        role = aws.iam.Role(
            self._name, path=ROLE_PATH, assume_role_policy=pod_identity_trust(args.cluster_arn), opts=self._child
        )
        policy = aws.iam.RolePolicy(
            self._name,
            role=role.name,
            policy=policy_document(
                Statement(
                    sid="RegisterPods",
                    actions=["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                    resources=[args.target_group_arn],
                ),
                Statement(sid="LookAround", actions=_LOOKING, resources=["*"]),
            ),
            opts=self._child,
        )
        association = aws.eks.PodIdentityAssociation(
            self._name,
            cluster_name=args.cluster_name,
            namespace=NAMESPACE,
            service_account=_CONTROLLER,
            role_arn=role.arn,
            opts=self._child,
        )
        return [policy, association]


_LOOKING = (
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""None of these can be allowed on one resource (AWS's service authorization reference)."""


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
        "podSecurityContext": {"fsGroup": _NO_ONE, "runAsNonRoot": True, "seccompProfile": RUNTIME_DEFAULT},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
        "resources": requests(cpu="100m", memory="128Mi"),
    }
