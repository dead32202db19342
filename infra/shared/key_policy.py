"""Key policies: the account administers the key, the domain's services use it, nobody else."""

from dataclasses import dataclass
from enum import StrEnum

import pulumi

from infra.shared.arn import Account
from infra.shared.iam import Principals, Statement, policy_document

_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
_AUTOSCALING_ROLE = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
_EVERY_RESOURCE = ("*",)
"""In a key policy this is the key itself."""


class KeyDomain(StrEnum):
    """One customer-managed key for each of these, so that one key's loss or misuse stays in its domain."""

    DATABASE = "database"
    CACHE = "cache"
    STREAM = "stream"
    CLUSTER = "cluster"
    REGISTRY = "registry"
    TELEMETRY = "telemetry"
    ALERTS = "alerts"
    AUDIT = "audit"
    BACKUPS = "backups"
    LAKE = "lake"
    NODES = "nodes"


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """Who uses a domain's key."""

    via_services: tuple[str, ...] = ()
    """Services that use the key in the name of a caller of this account, by grants of their own where they need any."""
    as_services: tuple[str, ...] = ()
    """Services that use the key in their own name, for resources of this account."""
    as_log_service: bool = False
    """Whether CloudWatch Logs uses the key, for log groups of this account and region."""
    by_autoscaling: bool = False
    """Whether EC2 Auto Scaling starts machines from volumes under the key, by its own role in the account."""
    by_account: bool = False
    """Whether the account's own identities use the key directly: EKS takes no condition on its grants."""


KEY_USES: dict[KeyDomain, KeyUse] = {
    KeyDomain.DATABASE: KeyUse(via_services=("rds", "secretsmanager")),
    KeyDomain.CACHE: KeyUse(via_services=("elasticache",)),
    KeyDomain.STREAM: KeyUse(via_services=("kafka",)),
    KeyDomain.CLUSTER: KeyUse(by_account=True),
    KeyDomain.REGISTRY: KeyUse(via_services=("ecr",)),
    KeyDomain.TELEMETRY: KeyUse(via_services=("aps",), as_log_service=True),
    KeyDomain.ALERTS: KeyUse(via_services=("sns",), as_services=("aps.amazonaws.com", "cloudwatch.amazonaws.com")),
    KeyDomain.AUDIT: KeyUse(via_services=("s3",), as_services=("cloudtrail.amazonaws.com", "config.amazonaws.com")),
    KeyDomain.BACKUPS: KeyUse(via_services=("backup", "rds")),
    KeyDomain.LAKE: KeyUse(via_services=("firehose", "s3")),
    KeyDomain.NODES: KeyUse(via_services=("ec2",), by_autoscaling=True),
}


def key_policy(domain: KeyDomain, account: Account) -> pulumi.Output[str]:
    """The JSON of the domain's key policy."""
    return policy_for(KEY_USES[domain], account)


def policy_for(use: KeyUse, account: Account) -> pulumi.Output[str]:
    """The JSON of the policy of a key in the account's region that is used like this."""
    statements = [administration(account)]
    if use.via_services:
        statements += _use_through_services(use.via_services, account)
    if use.as_services:
        statements.append(_use_by_services(use.as_services, account))
    if use.as_log_service:
        statements.append(_use_by_logs(account))
    if use.by_autoscaling:
        statements += _use_by_autoscaling(account)
    if use.by_account:
        statements.append(_use_by_account(account))
    return policy_document(*statements)


def administration(account: Account) -> Statement:
    """The account's right to keep the key, which is no right to use it."""
    return Statement(
        sid="AccountAdministersKey",
        actions=_ADMINISTRATION,
        resources=_EVERY_RESOURCE,
        principals=Principals(aws=[account.root_arn]),
    )


def _use_through_services(services: tuple[str, ...], account: Account) -> list[Statement]:
    hosts = [f"{service}.{account.region}.amazonaws.com" for service in services]
    through = {"kms:ViaService": hosts, "kms:CallerAccount": account.account_id}
    principals = Principals(aws=[account.root_arn])
    return [
        Statement(
            sid="AccountUsesKeyThroughServices",
            actions=_USE,
            resources=_EVERY_RESOURCE,
            principals=principals,
            conditions={"StringEquals": through},
        ),
        Statement(
            sid="ServicesTakeGrants",
            actions=("kms:CreateGrant",),
            resources=_EVERY_RESOURCE,
            principals=principals,
            conditions={"StringEquals": through, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def _use_by_services(services: tuple[str, ...], account: Account) -> Statement:
    return Statement(
        sid="ServicesUseKey",
        actions=("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
        resources=_EVERY_RESOURCE,
        principals=Principals(services=services),
        conditions={"StringEquals": {"aws:SourceAccount": account.account_id}},
    )


def _use_by_logs(account: Account) -> Statement:
    return Statement(
        sid="LogsUseKey",
        actions=_USE,
        resources=_EVERY_RESOURCE,
        principals=Principals(services=[f"logs.{account.region}.amazonaws.com"]),
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": account.arn("logs", "log-group:*")}},
    )


def _use_by_autoscaling(account: Account) -> list[Statement]:
    """The service-linked role by a condition: as a principal it would have to be there before the first group is.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    """
    role = account.global_arn("iam", f"role/{_AUTOSCALING_ROLE}")
    by_its_role = {"ArnEquals": {"aws:PrincipalArn": role}, "StringEquals": {"kms:CallerAccount": account.account_id}}
    anyone = Principals(aws=["*"])
    return [
        Statement(
            sid="AutoScalingUsesKey",
            actions=_USE,
            resources=_EVERY_RESOURCE,
            principals=anyone,
            conditions=by_its_role,
        ),
        Statement(
            sid="AutoScalingTakesGrants",
            actions=("kms:CreateGrant",),
            resources=_EVERY_RESOURCE,
            principals=anyone,
            conditions={**by_its_role, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def _use_by_account(account: Account) -> Statement:
    return Statement(
        sid="AccountUsesKey",
        actions=(*_USE, "kms:CreateGrant"),
        resources=_EVERY_RESOURCE,
        principals=Principals(aws=[account.root_arn]),
    )
