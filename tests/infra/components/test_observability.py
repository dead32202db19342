from infra.components.observability import Observability, ObservabilityArgs
from tests.infra.recorder import record_component

ARGS = ObservabilityArgs(key_arn="arn:key", log_group_name="/fortress/dev/orders", log_retention_days=14)
GRAPH = record_component(lambda opts: Observability("telemetry", ARGS, opts))


def test_metrics_and_logs_are_kept_under_our_key() -> None:
    assert GRAPH.one("aws:amp/workspace:Workspace").inputs == {"kmsKeyArn": "arn:key"}
    assert GRAPH.one("aws:cloudwatch/logGroup:LogGroup").inputs == {
        "name": "/fortress/dev/orders",
        "kmsKeyId": "arn:key",
        "retentionInDays": 14,
    }


def test_collectors_are_told_where_to_write() -> None:
    outputs = next(outputs for urn, outputs in GRAPH.outputs_of.items() if urn.endswith("::telemetry"))
    assert outputs["remote_write_url"] == "https://aps.example.com/workspaces/ws-1/api/v1/remote_write"
