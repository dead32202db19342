"""Roles with a document of their own: who takes one, and what it may do."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.shared.iam import ROLE_PATH, Statement, pod_identity_trust, policy_document


def role_with_rights(
    name: str, *, trust: pulumi.Input[str], rights: Sequence[Statement], parent: pulumi.Resource
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """A role under the platform's path, and its rights: what uses the role waits for them."""
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(name, path=ROLE_PATH, assume_role_policy=trust, opts=child)
    policy = aws.iam.RolePolicy(name, role=role.name, policy=policy_document(*rights), opts=child)
    return role, policy


def pod_identity(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    cluster_arn: pulumi.Input[str],
    namespace: str,
    service_account: str,
    rights: Sequence[Statement],
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """A role that only pods of one service account take, by EKS Pod Identity.

    All of it stands before the first of those pods: one that is admitted earlier never gets credentials.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
    """
    role, policy = role_with_rights(name, trust=pod_identity_trust(cluster_arn), rights=rights, parent=parent)
    association = aws.eks.PodIdentityAssociation(
        name,
        cluster_name=cluster_name,
        namespace=namespace,
        service_account=service_account,
        role_arn=role.arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return [policy, association]
