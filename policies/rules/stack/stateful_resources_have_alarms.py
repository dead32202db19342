"""STK-22: everything that keeps data or takes callers has an alarm."""

from policies.controls import MONITORING, controls
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import DATA_STORES, LOAD_BALANCER

_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def watched(resource: Node, graph: Graph, _: Parameters) -> Verdict:
    """The dimensions of an alarm are of the resource."""
    return require(bool(graph.referrers(resource, _ALARM, "dimensions")), "no alarm watches it")


RULE = GraphRule(
    id="STK-22",
    severity=Severity.MEDIUM,
    title="Everything that keeps data or takes callers has an alarm",
    rationale="A full disk that nobody is told of is found by the customers.",
    fix="Declare an `aws:cloudwatch/metricAlarm:MetricAlarm` of which `dimensions` take the resource's own output.",
    types=(*DATA_STORES, LOAD_BALANCER, "aws:wafv2/webAcl:WebAcl"),
    controls=controls(MONITORING),
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html",
    checks=(watched,),
)
