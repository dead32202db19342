"""WAF-01: each internet-facing load balancer stands behind a web ACL."""

from policies.controls import WEB_PROTECTION, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import LOAD_BALANCER
from policies.values import read


def guarded(balancer: Node, graph: Graph, _: Parameters) -> Verdict:
    """A public application load balancer has an association."""
    internal = read(balancer.properties, "internal")
    if internal or read(balancer.properties, "loadBalancerType") not in (None, "application"):
        return NOT_APPLICABLE
    associations = graph.referrers(balancer, "aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn")
    return require(bool(associations), "it faces the internet and no web ACL is associated with it")


RULE = GraphRule(
    id="WAF-01",
    severity=Severity.HIGH,
    title="Each internet-facing load balancer stands behind a web ACL",
    rationale="Without one, every scanner and every flood reaches the service itself.",
    fix="Declare an `aws:wafv2/webAclAssociation:WebAclAssociation` with `resourceArn` of the load balancer.",
    types=(LOAD_BALANCER,),
    controls=controls(WEB_PROTECTION, hub=("ELB.16",)),
    link=security_hub("ELB.16"),
    checks=(guarded,),
)
