import json

from infra.components.observability import Observability, ObservabilityArgs
from tests.infra.recorder import record_component

ARGS = ObservabilityArgs(
    region="eu-central-1",
    key_arn="arn:key",
    log_group_name="/fortress/dev/orders",
    log_retention_days=14,
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: Observability("telemetry", ARGS, opts))
OWN_LOG = "/aws/vendedlogs/fortress/dev/orders/prometheus"


def test_metrics_and_logs_are_kept_under_our_key() -> None:
    assert GRAPH.one("aws:amp/workspace:Workspace").inputs["kmsKeyArn"] == "arn:key"
    groups = {group.inputs["name"]: group.inputs for group in GRAPH.of_type("aws:cloudwatch/logGroup:LogGroup")}
    assert set(groups) == {"/fortress/dev/orders", OWN_LOG}
    assert all((each["kmsKeyId"], each["retentionInDays"]) == ("arn:key", 14) for each in groups.values())


def test_rules_that_fail_are_written_down() -> None:
    logging = GRAPH.one("aws:amp/workspace:Workspace").inputs["loggingConfiguration"]
    assert logging["logGroupArn"].endswith(":telemetry-prometheus:*")


def test_alerts_end_in_the_topic_of_every_alarm() -> None:
    manager = GRAPH.one("aws:amp/alertManagerDefinition:AlertManagerDefinition").inputs
    assert manager["workspaceId"] == "telemetry-id"
    configuration = json.loads(json.loads(manager["definition"])["alertmanager_config"])
    (receiver,) = configuration["receivers"]
    assert configuration["route"]["receiver"] == receiver["name"]
    (topic,) = receiver["sns_configs"]
    assert (topic["topic_arn"], topic["sigv4"], topic["send_resolved"]) == (
        "arn:topic",
        {"region": "eu-central-1"},
        True,
    )
