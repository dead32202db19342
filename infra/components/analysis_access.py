"""The rollout controller's right to ask Prometheus: without it every analysis would end in an error."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.iam import ROLE_PATH, Statement, pod_identity_trust, policy_document


@dataclass(frozen=True, kw_only=True)
class AnalysisAccessArgs:
    """Whose pods may query which workspace."""

    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    namespace: str
    service_account: str
    workspace_arn: pulumi.Input[str]


class AnalysisAccess(pulumi.ComponentResource):
    """A role that may query, and its association; it stands before the controller's pods, which never get it later."""

    ready: Sequence[pulumi.Resource]
    """What the controller waits for."""

    def __init__(self, name: str, args: AnalysisAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:AnalysisAccess", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(name, path=ROLE_PATH, assume_role_policy=pod_identity_trust(args.cluster_arn), opts=child)
        query = Statement(sid="QueryMetrics", actions=["aps:QueryMetrics"], resources=[args.workspace_arn])
        policy = aws.iam.RolePolicy(name, role=role.name, policy=policy_document(query), opts=child)
        association = aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.arn,
            opts=child,
        )
        self.ready = [policy, association]
        self.register_outputs({})
