"""The Kubernetes cluster: EKS, with Auto Mode's nodes or without any, entered by explicit access entries only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.iam import ROLE_PATH, Statement, cluster_service_trust, policy_document, service_trust

_CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
_AUTO_MODE_POLICIES = (
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
_AUTO_MODE_NODE_POLICIES = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
_NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""Amazon Linux looks itself up in EC2 when it starts, to which the minimal policy gives no right.

Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
"""
_CONTROL_PLANE_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_NODE_POOLS = ("general-purpose", "system")
_METRICS = "AWS/EKS"
_ALARMS = (
    Alarm(
        name="unschedulable-pods",
        description="Pods have waited for a node for a quarter of an hour",
        namespace=_METRICS,
        metric_name="scheduler_pending_pods_UNSCHEDULABLE",
        statistic="Sum",
        threshold=0,
        evaluation_periods=15,
    ),
)
"""A new node takes minutes; who waits longer waits for what nobody brings.

https://docs.aws.amazon.com/eks/latest/userguide/cloudwatch.html
"""
_SHOWN = {
    "Pods that wait for a node": {
        "scheduler_pending_pods": "Sum",
        "scheduler_pending_pods_UNSCHEDULABLE": "Sum",
    },
    "Requests to the API server": {
        "apiserver_request_total": "Sum",
        "apiserver_request_total_429": "Sum",
        "apiserver_request_total_5XX": "Sum",
    },
}
"""Statistics of metrics by title."""


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """The version, the network it stands in, and who may enter."""

    account: Account
    cluster_name: str
    """Fixed, because the log group that has to exist first carries it."""
    version: str
    subnet_ids: Sequence[pulumi.Input[str]]
    """The private tier."""
    service_cidr: str
    """Where Services take their addresses; outside the VPC's range."""
    public_access_cidrs: Sequence[str]
    """Who reaches the API server over the internet; empty leaves the private endpoint only."""
    secrets_key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    access: Mapping[str, "ClusterAccess"]
    """Who may enter, by a name that stays when the list is reordered."""
    auto_mode: "AutoModeArgs | None"
    """None leaves the nodes, and all that runs on them, to who makes them."""
    deletion_protection: bool
    alarm_topic_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class AutoModeArgs:
    """What runs on nodes that EKS makes as soon as something asks for one."""

    metrics_server_version: str


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """One principal and what it may do in the whole cluster."""

    principal_arn: pulumi.Input[str]
    policy: str
    """An EKS access policy, such as `AmazonEKSClusterAdminPolicy`."""


class Cluster(pulumi.ComponentResource):
    """A cluster with all control-plane logs, secrets under a key of ours and no administrator by accident."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """The group that EKS gives the control plane, every Auto Mode node, and managed nodes that are given no other."""
    node_role_name: pulumi.Output[str]
    node_role_arn: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    """A kubeconfig that holds no credential: `aws eks get-token` fetches one when it is used."""
    ready: Sequence[pulumi.Resource]
    """What has to stand before anything is put into the cluster, and be deleted after it."""
    panel: Panel

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:Cluster", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=f"/aws/eks/{args.cluster_name}/cluster",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        cluster_role, cluster_permissions = self._cluster_role(args)
        node_role, node_permissions = self._role(
            f"{name}-node",
            service_trust("ec2.amazonaws.com"),
            _AUTO_MODE_NODE_POLICIES if args.auto_mode else _NODE_POLICIES,
            args.account,
        )
        cluster = self._cluster(
            args, cluster_role, node_role, depends_on=[log_group, *cluster_permissions, *node_permissions]
        )
        self.name = cluster.name
        self.arn = cluster.arn
        self.security_group_id = cluster.vpc_config.cluster_security_group_id
        self.node_role_name = node_role.name
        self.node_role_arn = node_role.arn
        self.kubeconfig = _kubeconfig(cluster, args.account.region)
        self.panel = self._watch(cluster, args)
        self.ready = self._access(cluster, args)
        if args.auto_mode:
            self.ready = [*self.ready, self._metrics_server(cluster, args.auto_mode)]
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "security_group_id": self.security_group_id,
                "node_role_name": self.node_role_name,
                "kubeconfig": self.kubeconfig,
            }
        )

    def _cluster(
        self,
        args: ClusterArgs,
        cluster_role: aws.iam.Role,
        node_role: aws.iam.Role,
        depends_on: Sequence[pulumi.Resource],
    ) -> aws.eks.Cluster:
        network: aws.eks.ClusterKubernetesNetworkConfigArgsDict = {
            "service_ipv4_cidr": args.service_cidr,
            "ip_family": "ipv4",
        }
        compute: aws.eks.ClusterComputeConfigArgsDict | None = None
        storage: aws.eks.ClusterStorageConfigArgsDict | None = None
        if args.auto_mode:
            network["elastic_load_balancing"] = {"enabled": True}
            compute = {"enabled": True, "node_pools": list(_NODE_POOLS), "node_role_arn": node_role.arn}
            storage = {"block_storage": {"enabled": True}}
        return aws.eks.Cluster(
            self._name,
            name=args.cluster_name,
            version=args.version,
            role_arn=cluster_role.arn,
            upgrade_policy={"support_type": "STANDARD"},
            access_config={
                "authentication_mode": "API",
                "bootstrap_cluster_creator_admin_permissions": False,
            },
            bootstrap_self_managed_addons=False,
            compute_config=compute,
            kubernetes_network_config=network,
            storage_config=storage,
            vpc_config={
                "subnet_ids": list(args.subnet_ids),
                "endpoint_private_access": True,
                "endpoint_public_access": bool(args.public_access_cidrs),
                "public_access_cidrs": list(args.public_access_cidrs) or None,
            },
            encryption_config={"provider": {"key_arn": args.secrets_key_arn}, "resources": ["secrets"]},
            enabled_cluster_log_types=list(_CONTROL_PLANE_LOGS),
            zonal_shift_config={"enabled": True},
            deletion_protection=args.deletion_protection,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(depends_on)),
        )

    def _watch(self, cluster: aws.eks.Cluster, args: ClusterArgs) -> Panel:
        measured_by = {"ClusterName": cluster.name}
        return Panel(
            widgets=[Widget(title=title, lines=lines(_METRICS, measured_by, shown)) for title, shown in _SHOWN.items()],
            alarm_arns=raise_alarms(
                _ALARMS, self._name, dimensions=measured_by, topic_arn=args.alarm_topic_arn, opts=self._child
            ),
        )

    def _metrics_server(self, cluster: aws.eks.Cluster, args: AutoModeArgs) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{self._name}-metrics-server",
            cluster_name=cluster.name,
            addon_name="metrics-server",
            addon_version=args.metrics_server_version,
            opts=self._child,
        )

    def _cluster_role(self, args: ClusterArgs) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        name, service = f"{self._name}-control-plane", "eks.amazonaws.com"
        if args.auto_mode:
            role, permissions = self._role(name, cluster_service_trust(service), _AUTO_MODE_POLICIES, args.account)
        else:
            role, permissions = self._role(name, service_trust(service), _CLUSTER_POLICIES, args.account)
        use_key = aws.iam.RolePolicy(
            f"{self._name}-control-plane-key",
            role=role.name,
            policy=policy_document(
                Statement(
                    sid="EncryptSecrets",
                    actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"],
                    resources=[args.secrets_key_arn],
                )
            ),
            opts=self._child,
        )
        return role, [*permissions, use_key]

    def _role(
        self, name: str, trust: pulumi.Output[str], policies: Sequence[str], account: Account
    ) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        role = aws.iam.Role(name, path=ROLE_PATH, assume_role_policy=trust, opts=self._child)
        attachments: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}",
                role=role.name,
                policy_arn=account.managed_policy_arn(policy),
                opts=self._child,
            )
            for policy in policies
        ]
        return role, attachments

    def _access(self, cluster: aws.eks.Cluster, args: ClusterArgs) -> list[pulumi.Resource]:
        associations: list[pulumi.Resource] = []
        for label, access in args.access.items():
            entry = aws.eks.AccessEntry(
                f"{self._name}-{label}",
                cluster_name=cluster.name,
                principal_arn=access.principal_arn,
                type="STANDARD",
                opts=self._child,
            )
            associations.append(
                aws.eks.AccessPolicyAssociation(
                    f"{self._name}-{label}",
                    cluster_name=cluster.name,
                    principal_arn=entry.principal_arn,
                    policy_arn=args.account.cluster_access_policy_arn(access.policy),
                    access_scope={"type": "cluster"},
                    opts=self._child,
                )
            )
        return associations


def _kubeconfig(cluster: aws.eks.Cluster, region: str) -> pulumi.Output[str]:
    name = "fortress"
    token_command = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "aws",
        "args": ["eks", "get-token", "--region", region, "--cluster-name", cluster.name],
        "interactiveMode": "Never",
    }
    return pulumi.Output.json_dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": cluster.endpoint,
                        "certificate-authority-data": cluster.certificate_authority.data,
                    },
                }
            ],
            "users": [{"name": name, "user": {"exec": token_command}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
