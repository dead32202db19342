"""WAF-02: each web ACL logs what it decides."""

from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require

_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"


def logged(acl: Node, graph: Graph, _: Parameters) -> Verdict:
    """A logging configuration is for this ACL."""
    return require(bool(graph.referrers(acl, _LOGGING, "resourceArn")), "no logging configuration is for it")


RULE = GraphRule(
    id="WAF-02",
    severity=Severity.MEDIUM,
    title="Each web ACL logs what it decides",
    rationale="A block that nobody can look up can be neither explained to a customer nor tuned.",
    fix=("Declare an `aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration` with `resourceArn` of the ACL."),
    types=("aws:wafv2/webAcl:WebAcl",),
    controls=controls(AUDIT_LOGGING, hub=("WAF.11",)),
    link=security_hub("WAF.11"),
    checks=(logged,),
)
