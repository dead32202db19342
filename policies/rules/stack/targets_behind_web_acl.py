"""STK-01: targets are reached only through load balancers with a web ACL."""

from policies.controls import WEB_PROTECTION, controls
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import LISTENER, LOAD_BALANCER, TARGET_GROUP
from policies.values import read, shown

_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
_FORWARDING = (
    (LISTENER, "defaultActions.targetGroupArn"),
    (LISTENER, "defaultActions.forward.targetGroups.arn"),
)


def guarded(group: Node, graph: Graph, _: Parameters) -> Verdict:
    """Each public balancer of which a listener forwards to the group has an association."""
    listeners = [found for type_, path in _FORWARDING for found in graph.referrers(group, type_, path)]
    balancers = [found for one in listeners for found in graph.references(one, "loadBalancerArn", LOAD_BALANCER)]
    public = [balancer for balancer in balancers if not read(balancer.properties, "internal")]
    bare = [balancer.name for balancer in public if not graph.referrers(balancer, _ASSOCIATION, "resourceArn")]
    if not public:
        return NOT_APPLICABLE
    return require(not bare, f"it is reached through {shown(bare)}, which has no web ACL")


RULE = GraphRule(
    id="STK-01",
    severity=Severity.HIGH,
    title="Targets are reached only through load balancers with a web ACL",
    rationale="One listener without a firewall is the way every scanner takes.",
    fix="Declare a `WebAclAssociation` with `resourceArn` of each load balancer that forwards to the group.",
    types=(TARGET_GROUP,),
    controls=controls(WEB_PROTECTION),
    link="https://docs.aws.amazon.com/waf/latest/developerguide/waf-chapter.html",
    checks=(guarded,),
)
