"""IAM documents as typed data, refused where they give away more than a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pulumi

from infra.shared.arn import Account

DOCUMENT_VERSION = "2012-10-17"
ROLE_PATH = "/fortress/"
"""Every role of the platform is under this path, so that the right to manage roles can end there."""

Conditions = Mapping[str, Mapping[str, pulumi.Input[str] | Sequence[pulumi.Input[str]]]]
"""Operator → condition key → value or values, such as `{"StringEquals": {"aws:SourceAccount": "123456789012"}}`."""


class Effect(StrEnum):
    """Whether a statement allows or denies."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, kw_only=True)
class Principals:
    """Whom a resource policy or a trust policy speaks about; at least one field is filled."""

    aws: Sequence[pulumi.Input[str]] = ()
    """Account roots, roles; `*` only in a Deny or under conditions."""
    services: Sequence[str] = ()
    """Service principals, such as `rds.amazonaws.com`."""
    federated: Sequence[pulumi.Input[str]] = ()
    """ARNs of identity providers."""

    def as_dict(self) -> dict[str, list[Any]]:
        """The `Principal` element."""
        elements = {"AWS": self.aws, "Service": self.services, "Federated": self.federated}
        return {kind: list(values) for kind, values in elements.items() if values}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a document. Raises ValueError for a wildcard action, or for one that names no action."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]] = ()
    """Left out in trust policies, which have no `Resource` element."""
    effect: Effect = Effect.ALLOW
    principals: Principals | None = None
    """Left out in identity policies, which have no `Principal` element."""
    conditions: Conditions = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sid.isalnum():
            raise ValueError(f"statement id {self.sid!r}: allowed are letters and digits")
        if not self.actions:
            raise ValueError(f"statement {self.sid} names no action")
        wildcards = [action for action in self.actions if "*" in action]
        if self.effect is Effect.ALLOW and wildcards:
            raise ValueError(f"statement {self.sid} allows {', '.join(wildcards)}: name each action")
        if self.effect is Effect.ALLOW and self.principals and "*" in self.principals.aws and not self.conditions:
            raise ValueError(f"statement {self.sid} allows everyone without a condition")

    def as_dict(self) -> dict[str, Any]:
        """The statement as IAM's JSON has it; values may still be outputs."""
        statement: dict[str, Any] = {"Sid": self.sid, "Effect": self.effect.value, "Action": list(self.actions)}
        if self.principals:
            statement["Principal"] = self.principals.as_dict() if "*" not in self.principals.aws else "*"
        if self.resources:
            statement["Resource"] = list(self.resources)
        if self.conditions:
            statement["Condition"] = {operator: dict(test) for operator, test in self.conditions.items()}
        return statement


def policy_document(*statements: Statement) -> pulumi.Output[str]:
    """The JSON of a document of these statements. Raises ValueError when two share an id."""
    ids = [statement.sid for statement in statements]
    if len(set(ids)) != len(ids):
        raise ValueError(f"statement ids repeat: {', '.join(ids)}")
    document = {"Version": DOCUMENT_VERSION, "Statement": [statement.as_dict() for statement in statements]}
    return pulumi.Output.json_dumps(document)


def account_perimeter(account_id: str) -> pulumi.Output[str]:
    """The policy of a VPC endpoint that only this account's identities pass: a filter, which grants nobody anything."""
    statement = {
        "Sid": "OnlyThisAccount",
        "Effect": Effect.ALLOW.value,
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id}},
    }
    return pulumi.Output.json_dumps({"Version": DOCUMENT_VERSION, "Statement": [statement]})


_IDENTITIES = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateGroup",
    "iam:CreateLoginProfile",
    "iam:CreateUser",
    "iam:PutGroupPolicy",
    "iam:PutUserPolicy",
    "iam:UpdateLoginProfile",
)
"""How somebody would be let in who stands under no boundary."""
_ITS_OWN_CEILING = (
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
)
WIDENING_ACTIONS = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
)
"""What changes a role's rights, and can be told by the boundary that the role stands under (IAM's own reference)."""


def boundary_document(boundary_arn: str) -> pulumi.Output[str]:
    """A permissions boundary: a ceiling, which grants nobody anything. No way leads from under it.

    Roles are made and widened within this same boundary only; it is taken off none, and rewritten by nobody under it.
    """
    ceiling = {"Sid": "Ceiling", "Effect": Effect.ALLOW.value, "Action": "*", "Resource": "*"}
    elsewhere = {"StringNotEquals": {"iam:PermissionsBoundary": boundary_arn}}
    denied = (
        Statement(
            sid="NoRoleOutside",
            effect=Effect.DENY,
            actions=WIDENING_ACTIONS,
            resources=["*"],
            conditions=elsewhere,
        ),
        Statement(sid="NoWayOut", effect=Effect.DENY, actions=["iam:DeleteRolePermissionsBoundary"], resources=["*"]),
        Statement(sid="NoOtherIdentities", effect=Effect.DENY, actions=_IDENTITIES, resources=["*"]),
        Statement(sid="NotItself", effect=Effect.DENY, actions=_ITS_OWN_CEILING, resources=[boundary_arn]),
        Statement(
            sid="NotTheAccount",
            effect=Effect.DENY,
            actions=["account:*", "organizations:LeaveOrganization"],
            resources=["*"],
        ),
    )
    statements = [ceiling, *(statement.as_dict() for statement in denied)]
    return pulumi.Output.json_dumps({"Version": DOCUMENT_VERSION, "Statement": statements})


def service_trust(service: str, *, account_id: str | None = None) -> pulumi.Output[str]:
    """The trust policy for a role that an AWS service assumes, on behalf of one account only where that is known."""
    conditions: Conditions = {"StringEquals": {"aws:SourceAccount": account_id}} if account_id else {}
    return policy_document(
        Statement(
            sid="AssumedByService",
            actions=["sts:AssumeRole"],
            principals=Principals(services=[service]),
            conditions=conditions,
        )
    )


def account_trust(account: Account) -> pulumi.Output[str]:
    """The trust policy for a role that people of the account take, where their own permissions name it."""
    return policy_document(
        Statement(
            sid="AssumedByAccount",
            actions=["sts:AssumeRole"],
            principals=Principals(aws=[account.root_arn]),
            conditions={"StringEquals": {"aws:PrincipalAccount": account.account_id}},
        )
    )


def cluster_service_trust(service: str) -> pulumi.Output[str]:
    """The trust policy that EKS Auto Mode asks for: it tags the sessions it opens."""
    return policy_document(
        Statement(
            sid="AssumedByService",
            actions=["sts:AssumeRole", "sts:TagSession"],
            principals=Principals(services=[service]),
        )
    )


def pod_identity_trust(cluster_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """The trust policy for a role that pods of one cluster take through EKS Pod Identity."""
    return policy_document(
        Statement(
            sid="AssumedByPods",
            actions=["sts:AssumeRole", "sts:TagSession"],
            principals=Principals(services=["pods.eks.amazonaws.com"]),
            conditions={"ArnEquals": {"aws:SourceArn": cluster_arn}},
        )
    )
