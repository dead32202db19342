"""STK-12: alarms reach a topic that takes them and that somebody hears."""

from policies.controls import MONITORING, controls
from policies.document import Statement, grants, principals, statements
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameter, Parameters, Severity, Verdict, require
from policies.tokens import TOPIC
from policies.values import read, some

_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def permitted(topic: Node, graph: Graph, _: Parameters) -> Verdict:
    """A topic that alarms act on lets CloudWatch publish."""
    if not graph.referrers(topic, _ALARM, "alarmActions"):
        return NOT_APPLICABLE
    policies = graph.referrers(topic, "aws:sns/topicPolicy:TopicPolicy", "arn")
    found = [statement for policy in policies for statement in statements(read(policy.properties, "policy"))]
    return require(some(found, _lets_alarms_publish), "no policy lets cloudwatch.amazonaws.com publish to it")


def when_asked_subscribed(topic: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """Somebody is subscribed."""
    if not parameters["subscribed"]:
        return NOT_APPLICABLE
    subscriptions = graph.referrers(topic, "aws:sns/topicSubscription:TopicSubscription", "topic")
    return require(bool(subscriptions), "nobody is subscribed to it")


def _lets_alarms_publish(statement: Statement) -> bool:
    alarms = some(principals(statement, "Service"), lambda principal: principal == "cloudwatch.amazonaws.com")
    return alarms and grants(statement, "sns:Publish")


RULE = GraphRule(
    id="STK-12",
    severity=Severity.MEDIUM,
    title="Alarms reach a topic that takes them and that somebody hears",
    rationale="An alarm into a topic without subscriber or permission wakes nobody.",
    fix=(
        "Declare an `aws:sns/topicSubscription:TopicSubscription` for the topic, and allow "
        "cloudwatch.amazonaws.com to publish."
    ),
    types=(TOPIC,),
    controls=controls(MONITORING),
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    parameters={"subscribed": Parameter(default=True, description="Whether the stack itself subscribes somebody.")},
    checks=(
        permitted,
        when_asked_subscribed,
    ),
)
