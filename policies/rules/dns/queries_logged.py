"""DNS-01: each public zone logs its queries."""

from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.values import read_list


def logged(zone: Node, graph: Graph, _: Parameters) -> Verdict:
    """A public zone has a query log."""
    if read_list(zone.properties, "vpcs"):
        return NOT_APPLICABLE
    return require(bool(graph.referrers(zone, "aws:route53/queryLog:QueryLog", "zoneId")), "no query log is for it")


RULE = GraphRule(
    id="DNS-01",
    severity=Severity.LOW,
    title="Each public zone logs its queries",
    rationale="Who asks for names that do not exist is looking for a way in.",
    fix="Declare an `aws:route53/queryLog:QueryLog` with `zoneId` of the zone.",
    types=("aws:route53/zone:Zone",),
    controls=controls(AUDIT_LOGGING, hub=("Route53.2",)),
    link=security_hub("Route53.2"),
    checks=(logged,),
)
