from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cloudsplaining.scan.assume_role_policy_document import AssumeRolePolicyDocument

from tests.infra.iam_documents import Document, Kind, boundless, documents, ineffective, overreaching
from tests.infra.program import MANAGED, WHOLE_STACKS, Run, stack_values
from tests.infra.recorder import Graph

Program = Callable[[Run], Graph]
every_stack = pytest.mark.parametrize("run", [*WHOLE_STACKS, MANAGED], ids=str)
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GITHUB = "arn:aws:iam::123456789012:oidc-provider/delivery"
PODS = "pods.eks.amazonaws.com"
ITS_ACCOUNT = "the stack's own account"

WHO: Mapping[str, tuple[str, set[str]]] = {
    "analysis-access": (PODS, {"aws:SourceArn"}),
    "audit": ("cloudtrail.amazonaws.com", {"aws:SourceAccount"}),
    "lake": ("firehose.amazonaws.com", {"aws:SourceAccount"}),
    "lake-reader": (ITS_ACCOUNT, {"aws:PrincipalAccount"}),
    "nights": ("scheduler.amazonaws.com", {"aws:SourceAccount", "aws:SourceArn"}),
    "backups": ("backup.amazonaws.com", {"aws:SourceAccount"}),
    "cluster-control-plane": ("eks.amazonaws.com", set()),
    "cluster-node": ("ec2.amazonaws.com", set()),
    "collector": (PODS, {"aws:SourceArn"}),
    "database-monitoring": ("monitoring.rds.amazonaws.com", {"aws:SourceAccount"}),
    "database-proxy": ("rds.amazonaws.com", {"aws:SourceAccount"}),
    "delivery-apply": (
        GITHUB,
        {"token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"},
    ),
    "delivery-plan": (
        GITHUB,
        {"token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"},
    ),
    "mirror-creator": ("ecr.amazonaws.com", set()),
    "event-scaling": (PODS, {"aws:SourceArn"}),
    "flow-logs": ("vpc-flow-logs.amazonaws.com", {"aws:SourceAccount"}),
    "guard-rails-recorder": ("config.amazonaws.com", {"aws:SourceAccount"}),
    "node-agents-vpc-cni": (PODS, {"aws:SourceArn"}),
    "node-scaling": (PODS, {"aws:SourceArn"}),
    "orders-api": (PODS, {"aws:SourceArn"}),
    "orders-consumer": (PODS, {"aws:SourceArn"}),
    "orders-migrate": (PODS, {"aws:SourceArn"}),
    "orders-relay": (PODS, {"aws:SourceArn"}),
    "orders-roles": (PODS, {"aws:SourceArn"}),
    "orders-webhooks": (PODS, {"aws:SourceArn"}),
    "pod-logs": (PODS, {"aws:SourceArn"}),
    "target-binding": (PODS, {"aws:SourceArn"}),
}
"""Each role of the platform: the one principal that takes it, and the conditions that narrow it to one caller.

EKS, EC2 and ECR send neither account nor ARN when they take the roles of a cluster, a node and a template (EKS user
guide, `cluster IAM role` and `node IAM role`; ECR user guide, `repository creation templates`): a role is passed to
them by `iam:PassRole` alone.
"""


def account_of(run: Run) -> str:
    return stack_values(run.stack)["account_id"]


def one_document(*statements: Mapping[str, Any]) -> Document:
    return Document(
        kind=Kind.IDENTITY,
        type="aws:iam/rolePolicy:RolePolicy",
        name="sample",
        content={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]},
    )


@every_stack
def test_no_role_reaches_further_than_it_names(program: Program, run: Run) -> None:
    found = {each.name: overreaching(each) for each in documents(program(run), Kind.IDENTITY)}
    assert found
    assert {name: findings for name, findings in found.items() if findings} == {}


@every_stack
def test_every_action_exists_and_acts_on_what_it_is_allowed_on(program: Program, run: Run) -> None:
    found = {
        each.name: ineffective(each) for each in documents(program(run), Kind.BOUNDARY, Kind.IDENTITY, Kind.RESOURCE)
    }
    assert {name: findings for name, findings in found.items() if findings} == {}


@every_stack
def test_a_wildcard_action_on_a_wildcard_resource_is_only_in_filters_that_grant_nothing(
    program: Program, run: Run
) -> None:
    everywhere = documents(program(run), *Kind)
    for document in everywhere:
        if document.kind is Kind.BOUNDARY:
            assert boundless(document) == ["Ceiling"]
        elif document.type == ENDPOINT and boundless(document):
            (statement,) = document.content["Statement"]
            assert set(statement["Condition"]["StringEquals"]) == {"aws:PrincipalAccount"}
        else:
            assert boundless(document) == [], document.name


@every_stack
def test_each_trust_names_exactly_who(program: Program, run: Run) -> None:
    trusts = {each.name: each for each in documents(program(run), Kind.TRUST)}
    for name, trust in trusts.items():
        (statement,) = trust.content["Statement"]
        ((principal,),) = statement["Principal"].values()
        principal = ITS_ACCOUNT if principal == f"arn:aws:iam::{account_of(run)}:root" else principal
        conditions = {key for test in statement.get("Condition", {}).values() for key in test}
        assert (principal, conditions) == WHO[name], name
        judged = AssumeRolePolicyDocument(dict(trust.content))
        assert judged.role_assumable_by_any_principal == []
        if principal != ITS_ACCOUNT:
            assert judged.role_assumable_by_cross_account_principals == []


def test_every_role_that_is_told_of_is_in_a_stack(program: Program) -> None:
    assert {each.name for run in (*WHOLE_STACKS, MANAGED) for each in documents(program(run), Kind.TRUST)} == set(WHO)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ({"Action": ["s3:PutObject"], "Resource": ["*"]}, "infrastructure_modification"),
        ({"Action": ["iam:CreateAccessKey"], "Resource": ["*"]}, "allows_privilege_escalation"),
        ({"NotAction": ["iam:CreateUser"], "Resource": ["*"]}, "contains_statement_using_not_action"),
        ({"Action": ["secretsmanager:GetSecretValue"], "Resource": ["*"]}, "allows_data_exfiltration_actions"),
    ],
)
def test_a_right_over_everything_is_found(statement: Mapping[str, Any], finding: str) -> None:
    assert finding in " ".join(overreaching(one_document(statement)))


@pytest.mark.parametrize(
    ("action", "resource", "problem"),
    [
        ("kafka-cluster:ConnectCluster", "*", "no such action"),
        ("nosuchservice:Read", "*", "no such action"),
        ("s3:PutObject", "arn:aws:s3:::a-bucket", "acts on"),
        ("kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:alias/a-key", "acts on"),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:eu-central-1:123456789012:repository/one", "acts on"),
    ],
)
def test_an_action_that_does_nothing_where_it_is_allowed_is_found(action: str, resource: str, problem: str) -> None:
    (finding,) = ineffective(one_document({"Action": [action], "Resource": [resource]}))
    assert problem in finding
