"""STK-05: every log that a service writes has a group that was made for it."""

from typing import Any

from policies.controls import AUDIT_LOGGING, LOG_RETENTION, controls
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, combine, decide, require
from policies.tokens import EKS_CLUSTER, LOG_GROUP, MSK_CLUSTER, RDS_INSTANCE, REPLICATION_GROUP
from policies.values import known, read, read_list, some

_DESTINATIONS = {
    MSK_CLUSTER: "loggingInfo.brokerLogs.cloudwatchLogs.logGroup",
    REPLICATION_GROUP: "logDeliveryConfigurations.destination",
    "aws:ec2/flowLog:FlowLog": "logDestination",
}


def prepared(source: Node, graph: Graph, _: Parameters) -> Verdict:
    """The group is referred to, or has the name that the service is known to choose."""
    path = _DESTINATIONS.get(source.type)
    if path is None:
        return combine(decide(_is_made, folder, log, graph) for folder, log in _chosen(source))
    if read(source.properties, "logDestinationType") in ("s3", "kinesis-data-firehose"):
        return NOT_APPLICABLE
    return require(bool(graph.references(source, path, LOG_GROUP)), f"{path} names no log group of this stack")


def _chosen(source: Node) -> list[tuple[str, Any]]:
    if source.type == EKS_CLUSTER:
        return [(f"/aws/eks/{read(source.properties, 'name') or source.name}", "cluster")]
    folder = f"/aws/rds/instance/{read(source.properties, 'identifier') or source.name}"
    return [(folder, log) for log in read_list(source.properties, "enabledCloudwatchLogsExports")]


def _is_made(folder: str, log: Any, graph: Graph) -> Verdict:
    wanted = f"{folder}/{known(log)}"
    made = some(graph.alike(_name_of, wanted, LOG_GROUP), lambda group: _name_of(group) == wanted)
    return require(made, f"no log group has the name {wanted}")


def _name_of(group: Node) -> str | None:
    return read(group.properties, "name")


RULE = GraphRule(
    id="STK-05",
    severity=Severity.MEDIUM,
    title="Every log that a service writes has a group that was made for it",
    rationale="A group that the service makes itself keeps everything for ever under AWS's key.",
    fix="Declare an `aws:cloudwatch/logGroup:LogGroup` of the name that the service writes to.",
    types=(
        EKS_CLUSTER,
        RDS_INSTANCE,
        MSK_CLUSTER,
        REPLICATION_GROUP,
        "aws:ec2/flowLog:FlowLog",
    ),
    controls=controls(AUDIT_LOGGING, LOG_RETENTION),
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    checks=(prepared,),
)
