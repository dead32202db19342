"""NET-06: each VPC records its traffic."""

from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import VPC
from policies.values import shown, some

_RECORDED = ("ALL", "REJECT")


def recorded(vpc: Node, graph: Graph, _: Parameters) -> Verdict:
    """A flow log of the VPC records at least what is rejected."""
    logs = graph.referrers(vpc, "aws:ec2/flowLog:FlowLog", "vpcId")
    kinds = [log.properties.get("trafficType") for log in logs]
    recording = some(kinds, lambda kind: kind in _RECORDED)
    return require(recording, f"its flow logs record {shown(kinds)}, must be ALL or REJECT")


RULE = GraphRule(
    id="NET-06",
    severity=Severity.MEDIUM,
    title="Each VPC records its traffic",
    rationale="Without flow logs nobody can say after an incident who talked to whom.",
    fix="Declare an `aws:ec2/flowLog:FlowLog` with `vpcId` of the VPC and `trafficType` ALL or REJECT.",
    types=(VPC,),
    controls=controls(AUDIT_LOGGING, hub=("EC2.6",), cis=("3.7",)),
    link=security_hub("EC2.6"),
    checks=(recorded,),
)
