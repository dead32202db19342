"""STK-06: the key of a log group or topic admits the service that writes to it."""

from policies.controls import KEY_MANAGEMENT, MONITORING, controls
from policies.document import Statement, grants, principals, statements
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, combine, decide, require
from policies.tokens import KMS_KEY, LOG_GROUP, TOPIC
from policies.values import read, some


def admitted(user: Node, graph: Graph, _: Parameters) -> Verdict:
    """The key of a log group admits CloudWatch Logs, that of an alarm's topic CloudWatch."""
    if user.type == LOG_GROUP:
        return combine(decide(_admits, key, "logs.") for key in graph.references(user, "kmsKeyId", KMS_KEY))
    topics = graph.references(user, "alarmActions", TOPIC)
    keys = [key for topic in topics for key in graph.references(topic, "kmsMasterKeyId", KMS_KEY)]
    return combine(decide(_admits, key, "cloudwatch.") for key in keys)


def _admits(key: Node, service: str) -> Verdict:
    admitting = some(statements(read(key.properties, "policy")), lambda statement: _is_for(statement, service))
    return require(admitting, f"the policy of {key.name} does not admit {service}amazonaws.com")


def _is_for(statement: Statement, service: str) -> bool:
    named = some(principals(statement, "Service"), lambda principal: principal.startswith(service))
    return named and grants(statement, "kms:Decrypt")


RULE = GraphRule(
    id="STK-06",
    severity=Severity.HIGH,
    title="The key of a log group or topic admits the service that writes to it",
    rationale="Logs and alarms that cannot be encrypted are lost without a word.",
    fix=(
        "Add a statement to the key's `policy` with the service as Principal, under a condition on the "
        "account or the log group."
    ),
    types=(
        LOG_GROUP,
        "aws:cloudwatch/metricAlarm:MetricAlarm",
    ),
    controls=controls(KEY_MANAGEMENT, MONITORING),
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    checks=(admitted,),
)
