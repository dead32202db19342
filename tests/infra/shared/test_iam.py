import json
from typing import Any

import boto3
import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from infra.shared.iam import (
    Effect,
    Principals,
    Statement,
    account_perimeter,
    cluster_service_trust,
    pod_identity_trust,
    policy_document,
    service_trust,
)
from tests.infra.outputs import document_of

READ = Statement(sid="Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::bucket/*"])
CLUSTER_ARN = "arn:aws:eks:eu-central-1:123456789012:cluster/fortress"
service_names = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
action_names = st.from_regex(r"[A-Z][A-Za-z]{1,30}", fullmatch=True)


def test_a_statement_becomes_the_json_that_iam_reads() -> None:
    statement = Statement(
        sid="Publish",
        actions=["sns:Publish"],
        resources=["arn:aws:sns:eu-central-1:123456789012:alerts"],
        principals=Principals(services=["cloudwatch.amazonaws.com"]),
        conditions={"StringEquals": {"aws:SourceAccount": "123456789012"}},
    )
    assert document_of(lambda: policy_document(statement)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Publish",
                "Effect": "Allow",
                "Principal": {"Service": ["cloudwatch.amazonaws.com"]},
                "Action": ["sns:Publish"],
                "Resource": ["arn:aws:sns:eu-central-1:123456789012:alerts"],
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ],
    }


def test_resources_may_be_outputs() -> None:
    def build() -> pulumi.Output[str]:
        arn = pulumi.Output.from_input("arn:aws:s3:::later")
        return policy_document(Statement(sid="Read", actions=["s3:GetObject"], resources=[arn]))

    assert document_of(build)["Statement"][0]["Resource"] == ["arn:aws:s3:::later"]


@given(service_names, action_names, st.integers(0, 30))
def test_a_wildcard_in_an_allowed_action_is_refused_wherever_it_stands(service: str, action: str, at: int) -> None:
    wildcard = f"{service}:{action[:at]}*{action[at:]}"
    with pytest.raises(ValueError, match="name each action"):
        Statement(sid="Wide", actions=[wildcard], resources=["arn:aws:s3:::bucket"])
    Statement(sid="Wide", actions=[wildcard], resources=["*"], effect=Effect.DENY)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sid": "has-hyphen", "actions": ["s3:GetObject"]}, "'has-hyphen': allowed are letters and digits"),
        ({"sid": "", "actions": ["s3:GetObject"]}, "'': allowed are letters and digits"),
        ({"sid": "Nothing", "actions": []}, "Nothing names no action"),
        (
            {"sid": "Anyone", "actions": ["s3:GetObject"], "principals": Principals(aws=["*"])},
            "Anyone allows everyone without a condition",
        ),
    ],
)
def test_a_statement_that_says_too_little_or_too_much_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Statement(**arguments)


def test_two_statements_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="statement ids repeat: Read, Read"):
        policy_document(READ, READ)


def test_a_service_role_serves_one_account() -> None:
    trust = document_of(lambda: service_trust("vpc-flow-logs.amazonaws.com", account_id="123456789012"))
    assert trust["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_only_pods_of_the_named_cluster_take_a_pod_role() -> None:
    statement = document_of(lambda: pod_identity_trust(CLUSTER_ARN))["Statement"][0]
    assert statement["Principal"] == {"Service": ["pods.eks.amazonaws.com"]}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": CLUSTER_ARN}}
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_an_endpoint_lets_only_the_account_pass() -> None:
    statement = document_of(lambda: account_perimeter("123456789012"))["Statement"][0]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}


@mock_aws
def test_aws_takes_every_trust_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = boto3.client("iam")
    trusts = {
        "instance": document_of(lambda: service_trust("ec2.amazonaws.com")),
        "monitoring": document_of(lambda: service_trust("monitoring.rds.amazonaws.com", account_id="123456789012")),
        "cluster": document_of(lambda: cluster_service_trust("eks.amazonaws.com")),
        "pod": document_of(lambda: pod_identity_trust(CLUSTER_ARN)),
    }
    for name, trust in trusts.items():
        client.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        assert client.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == trust


@mock_aws
def test_aws_takes_a_policy_of_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    document = json.dumps(document_of(lambda: policy_document(READ)))
    boto3.client("iam").create_policy(PolicyName="read", PolicyDocument=document)
