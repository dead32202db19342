"""What every node runs before any pod: credentials for pods, their addresses and the ways to Services.

Auto Mode has all of it built in. Each is a DaemonSet, so EKS calls it ready while there is no node yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import ROLE_PATH, pod_identity_trust

_ADDRESSES_POLICY = "AmazonEKS_CNI_Policy"
_ADDRESSES_SERVICE_ACCOUNT = "aws-node"


@dataclass(frozen=True, kw_only=True)
class NodeAgentsArgs:
    """Which cluster, and the version of each add-on."""

    account: Account
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    pod_identity_agent_version: str
    vpc_cni_version: str
    kube_proxy_version: str


class NodeAgents(pulumi.ComponentResource):
    """Three EKS add-ons in the order in which they need each other.

    vpc-cni takes its role from the Pod Identity agent, which is on the node's own network and needs no address from it:
    nodes have no right over network interfaces. NetworkPolicies are enforced by its agent on each node.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
    """

    ready: Sequence[pulumi.Resource]
    """What nodes wait for: without addresses for pods they stay NotReady, and their group is given up as failed."""

    def __init__(self, name: str, args: NodeAgentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:NodeAgents", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        credentials = self._add_on("eks-pod-identity-agent", args, args.pod_identity_agent_version)
        services = self._add_on("kube-proxy", args, args.kube_proxy_version)
        self.ready = [credentials, services, self._addresses(args, credentials)]
        self.register_outputs({})

    def _add_on(self, add_on: str, args: NodeAgentsArgs, version: str) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{self._name}-{add_on}",
            cluster_name=args.cluster_name,
            addon_name=add_on,
            addon_version=version,
            opts=self._child,
        )

    def _addresses(self, args: NodeAgentsArgs, credentials: aws.eks.Addon) -> aws.eks.Addon:
        role = aws.iam.Role(
            f"{self._name}-vpc-cni",
            path=ROLE_PATH,
            assume_role_policy=pod_identity_trust(args.cluster_arn),
            opts=self._child,
        )
        attached = aws.iam.RolePolicyAttachment(
            f"{self._name}-vpc-cni",
            role=role.name,
            policy_arn=args.account.managed_policy_arn(_ADDRESSES_POLICY),
            opts=self._child,
        )
        return aws.eks.Addon(
            f"{self._name}-vpc-cni",
            cluster_name=args.cluster_name,
            addon_name="vpc-cni",
            addon_version=args.vpc_cni_version,
            configuration_values=pulumi.Output.json_dumps({"enableNetworkPolicy": "true"}),
            pod_identity_associations=[{"role_arn": role.arn, "service_account": _ADDRESSES_SERVICE_ACCOUNT}],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[credentials, attached]),
        )
