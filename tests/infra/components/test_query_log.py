import pytest

from infra.components.query_log import QueryLog, QueryLogArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component

RIGHT = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"


@pytest.fixture(scope="module")
def graph() -> Graph:
    args = QueryLogArgs(
        account=Account(account_id="123456789012", region="eu-central-1"),
        zone_name="example.com",
        zone_id="Z1",
        zone_arn="arn:aws:route53:::hostedzone/Z1",
        policy_name="fortress-dev-queries",
        retention_days=365,
        deletion_window_days=30,
    )
    return record_component(lambda opts: QueryLog("domain-queries", args, opts))


def test_everything_of_the_log_is_where_route_53_writes_to(graph: Graph) -> None:
    regional = ("aws:kms/key:Key", "aws:kms/alias:Alias", "aws:cloudwatch/logGroup:LogGroup", RIGHT)
    assert {graph.one(type_).inputs["region"] for type_ in regional} == {"us-east-1"}


def test_the_log_is_encrypted_and_forgets(graph: Graph) -> None:
    log_group = graph.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert log_group["name"] == "/aws/route53/example.com"
    assert log_group["retentionInDays"] == 365
    assert log_group["kmsKeyId"] == "arn:aws:kms:us-east-1:123456789012:key/domain-queries"
    assert graph.one("aws:kms/key:Key").inputs["enableKeyRotation"] is True


def test_the_key_is_used_by_the_logs_of_that_region(graph: Graph) -> None:
    _, use = graph.one("aws:kms/key:Key").json("policy")["Statement"]
    assert use["Principal"] == {"Service": ["logs.us-east-1.amazonaws.com"]}
    assert use["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:*"}
    }


def test_only_route_53_writes_and_only_for_this_zone(graph: Graph) -> None:
    (statement,) = graph.one(RIGHT).json("policyDocument")["Statement"]
    assert statement["Principal"] == {"Service": ["route53.amazonaws.com"]}
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == ["arn:aws:logs:us-east-1:123456789012:log-group:domain-queries:log-stream:*"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/Z1"},
    }


def test_queries_are_logged_once_that_is_allowed(graph: Graph) -> None:
    log = graph.one("aws:route53/queryLog:QueryLog")
    assert log.inputs["zoneId"] == "Z1"
    assert graph.stands_on(log, graph.one(RIGHT))
