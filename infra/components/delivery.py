"""How changes arrive: GitHub's OIDC tokens become a role that plans and looks for drift, and one that applies."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import ROLE_PATH, WIDENING_ACTIONS, Effect, Principals, Statement, policy_document

_ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
_ROLE_UPKEEP = (
    "iam:DeleteRole",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
_LOOKING = (
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
)
"""What the provider asks before and after every change; `PowerUserAccess` has no right to look at a role."""
_LOOKING_AT_TOPICS = (
    "kafka-cluster:Connect",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:DescribeTopicDynamicConfiguration",
)
_PASSED_TO = (
    "backup.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "codebuild.amazonaws.com",
    "config.amazonaws.com",
    "ec2.amazonaws.com",
    "ecr.amazonaws.com",
    "eks.amazonaws.com",
    "firehose.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "pods.eks.amazonaws.com",
    "rds.amazonaws.com",
    "scheduler.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
"""The services that take roles of the platform."""
_ROLES_OF_THEIR_OWN = (
    "backup.amazonaws.com",
    "eks-nodegroup.amazonaws.com",
    "eks.amazonaws.com",
    "elasticache.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "guardduty.amazonaws.com",
    "kafka.amazonaws.com",
    "malware-protection.guardduty.amazonaws.com",
    "pullthroughcache.ecr.amazonaws.com",
    "rds.amazonaws.com",
    "scraper.aps.amazonaws.com",
    "securityhub.amazonaws.com",
)
"""Services that make a role of their own in the name of who first uses them (each one's guide, `service-linked roles`).

Config records by a role of the platform's, the web ACL logs to a group and Cognito writes by SES: these make none.
"""


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Which repository may plan, which of its environments may apply, and where Pulumi's state is."""

    account: Account
    repository: str
    """As GitHub's tokens name it: `owner/name`, or `owner@id/name@id` (GitHub's guide, `immutable subject claims`)."""
    deployment_environment: str
    """The GitHub environment whose approval stands before an apply."""
    state_bucket_name: str
    state_key_alias: str
    """The key of the bucket and of the secrets in the state, without `alias/`."""
    boundary_arn: pulumi.Input[str]
    """The permissions boundary that every role stands under."""
    stream_name: str
    """The cluster that the stack's topics are in."""
    lake_database_name: str
    """The database that its tables are in, where it has any."""


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
        self._permit(f"{name}-plan-lock", plan, self._lock_state(args), self._read_state(args), *self._look(args))
        self._permit(f"{name}-apply-roles", apply, *self._manage_roles(args))
        self._permit(f"{name}-apply-trusts", apply, self._rewrite_trusts(args))
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

    def _permit(self, name: str, role: aws.iam.Role, *statements: Statement) -> None:
        aws.iam.RolePolicy(name, role=role.name, policy=policy_document(*statements), opts=self._child)

    def _lock_state(self, args: DeliveryArgs) -> Statement:
        bucket_arn = f"arn:{args.account.partition}:s3:::{args.state_bucket_name}"
        return Statement(
            sid="LockState",
            actions=["s3:DeleteObject", "s3:PutObject"],
            resources=[f"{bucket_arn}/.pulumi/locks/*"],
        )

    def _read_state(self, args: DeliveryArgs) -> Statement:
        return Statement(
            sid="ReadState",
            actions=["kms:Decrypt", "kms:DescribeKey"],
            resources=[args.account.arn("kms", "key/*")],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{args.state_key_alias}"}},
        )

    def _look(self, args: DeliveryArgs) -> list[Statement]:
        """What the provider reads of a topic and of a table, and `ReadOnlyAccess` does not let it (version 190).

        Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
        """
        account, stream, lake = args.account, args.stream_name, args.lake_database_name
        tables = ("catalog", f"database/{lake}", f"table/{lake}/*")
        return [
            Statement(
                sid="LookAtTopics",
                actions=_LOOKING_AT_TOPICS,
                resources=[account.arn("kafka", f"{kind}/{stream}/*") for kind in ("cluster", "topic")],
            ),
            Statement(
                sid="LookAtTables",
                actions=["glue:GetPartitionIndexes"],
                resources=[account.arn("glue", resource) for resource in tables],
            ),
        ]

    def _manage_roles(self, args: DeliveryArgs) -> list[Statement]:
        """`PowerUserAccess` lets every service make its own role (version 12); here only those in use."""
        roles = [_own_roles(args.account)]
        return [
            Statement(
                sid="WidenRolesWithinTheBoundary",
                actions=WIDENING_ACTIONS,
                resources=roles,
                conditions={"StringEquals": {"iam:PermissionsBoundary": args.boundary_arn}},
            ),
            Statement(sid="KeepRoles", actions=[*_LOOKING, *_ROLE_UPKEEP], resources=roles),
            Statement(
                sid="LookAtTheBoundary",
                actions=["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"],
                resources=[args.boundary_arn],
            ),
            Statement(
                sid="LookAtTheProvider",
                actions=["iam:GetOpenIDConnectProvider"],
                resources=[args.account.global_arn("iam", f"oidc-provider/{_ISSUER}")],
            ),
            Statement(
                sid="NoOtherServicesOwnRoles",
                effect=Effect.DENY,
                actions=["iam:CreateServiceLinkedRole"],
                resources=[args.account.global_arn("iam", "role/aws-service-role/*")],
                conditions={"StringNotEquals": {"iam:AWSServiceName": _ROLES_OF_THEIR_OWN}},
            ),
            Statement(
                sid="PassRoles",
                actions=["iam:PassRole"],
                resources=roles,
                conditions={"StringEquals": {"iam:PassedToService": _PASSED_TO}},
            ),
        ]

    def _rewrite_trusts(self, args: DeliveryArgs) -> Statement:
        return Statement(
            sid="RewriteTrusts", actions=["iam:UpdateAssumeRolePolicy"], resources=[_own_roles(args.account)]
        )


def _own_roles(account: Account) -> str:
    return account.global_arn("iam", f"role{ROLE_PATH}*")
