"""How changes arrive: GitHub's OIDC tokens become a role that plans and looks for drift, and one that applies."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import ROLE_PATH, Principals, Statement, policy_document

_ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
_ROLE_MANAGEMENT = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Which repository may plan, which of its environments may apply, and where Pulumi's state is."""

    account: Account
    repository: str
    """`owner/name` on GitHub."""
    deployment_environment: str
    """The GitHub environment whose approval stands before an apply."""
    state_bucket_name: str


class Delivery(pulumi.ComponentResource):
    """The OIDC provider and the two roles."""

    plan_role_arn: pulumi.Output[str]
    apply_role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:delivery:Delivery", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        provider = aws.iam.OpenIdConnectProvider(
            name, url=f"https://{_ISSUER}", client_id_lists=[_AUDIENCE], opts=self._child
        )
        plan = self._role(
            f"{name}-plan",
            provider,
            [f"repo:{args.repository}:pull_request", f"repo:{args.repository}:ref:refs/heads/main"],
            "ReadOnlyAccess",
            args.account,
        )
        apply = self._role(
            f"{name}-apply",
            provider,
            [f"repo:{args.repository}:environment:{args.deployment_environment}"],
            "PowerUserAccess",
            args.account,
        )
        self._permit(f"{name}-plan-lock", plan, self._lock_state(args))
        self._permit(f"{name}-apply-roles", apply, self._manage_roles(args))
        self.plan_role_arn = plan.arn
        self.apply_role_arn = apply.arn
        self.register_outputs({"plan_role_arn": self.plan_role_arn, "apply_role_arn": self.apply_role_arn})

    def _role(
        self,
        name: str,
        provider: aws.iam.OpenIdConnectProvider,
        subjects: Sequence[str],
        managed_policy: str,
        account: Account,
    ) -> aws.iam.Role:
        role = aws.iam.Role(
            name,
            path=ROLE_PATH,
            assume_role_policy=policy_document(
                Statement(
                    sid="AssumedByWorkflow",
                    actions=["sts:AssumeRoleWithWebIdentity"],
                    principals=Principals(federated=[provider.arn]),
                    conditions={"StringEquals": {f"{_ISSUER}:aud": _AUDIENCE, f"{_ISSUER}:sub": subjects}},
                )
            ),
            max_session_duration=3600,
            opts=self._child,
        )
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=account.managed_policy_arn(managed_policy), opts=self._child
        )
        return role

    def _permit(self, name: str, role: aws.iam.Role, statement: Statement) -> None:
        aws.iam.RolePolicy(name, role=role.name, policy=policy_document(statement), opts=self._child)

    def _lock_state(self, args: DeliveryArgs) -> Statement:
        bucket_arn = f"arn:{args.account.partition}:s3:::{args.state_bucket_name}"
        return Statement(
            sid="LockState",
            actions=["s3:DeleteObject", "s3:PutObject"],
            resources=[f"{bucket_arn}/.pulumi/locks/*"],
        )

    def _manage_roles(self, args: DeliveryArgs) -> Statement:
        account = args.account
        return Statement(
            sid="ManageOwnRoles",
            actions=_ROLE_MANAGEMENT,
            resources=[f"arn:{account.partition}:iam::{account.account_id}:role{ROLE_PATH}*"],
        )
