from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from tests.infra.recorder import record_component

ARGS = FlowLogsArgs(account_id="123456789012", vpc_id="vpc-1", key_arn="arn:key", retention_days=14)
GRAPH = record_component(lambda opts: FlowLogs("flow-logs", ARGS, opts))


def test_accepted_and_rejected_connections_are_logged_every_minute() -> None:
    flow_log = GRAPH.one("aws:ec2/flowLog:FlowLog")
    assert flow_log.inputs["vpcId"] == "vpc-1"
    assert flow_log.inputs["trafficType"] == "ALL"
    assert flow_log.inputs["maxAggregationInterval"] == 60


def test_the_log_group_and_the_right_to_write_stand_first() -> None:
    flow_log = GRAPH.one("aws:ec2/flowLog:FlowLog")
    assert GRAPH.stands_on(flow_log, GRAPH.one("aws:cloudwatch/logGroup:LogGroup"))
    assert GRAPH.stands_on(flow_log, GRAPH.one("aws:iam/rolePolicy:RolePolicy"))


def test_the_role_writes_this_log_group_only() -> None:
    found, statement = GRAPH.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:flow-logs"
    assert statement["Resource"] == [arn, f"{arn}:log-stream:*"]
    assert "logs:PutLogEvents" in statement["Action"]
    assert found["Action"] == ["logs:DescribeLogGroups"]
