"""STK-14: A security group has its rules inline or as resources, never both."""

from policies.controls import CONFIGURATION, controls
from policies.graph import Graph, Node
from policies.rule import COMPLIANT, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.values import read_list, shown

_RULES = (INGRESS_RULE, EGRESS_RULE, SECURITY_GROUP_RULE)
_WAYS = ("ingress", "egress")


def one_form(group: Node, graph: Graph, _: Parameters) -> Verdict:
    """A group with rule resources has no inline rule."""
    rules = [found.name for type_ in _RULES for found in graph.referrers(group, type_, "securityGroupId")]
    if not rules:
        return COMPLIANT
    inline = [way for way in _WAYS if read_list(group.properties, way)]
    return require(not inline, f"it has {shown(inline)} inline beside {shown(rules)}")


RULE = GraphRule(
    id="STK-14",
    severity=Severity.MEDIUM,
    title="A security group has its rules inline or as resources, never both",
    rationale="The two forms delete each other's rules at every other update.",
    fix="Remove `ingress` and `egress` from the group and keep the rule resources.",
    types=(SECURITY_GROUP,),
    controls=controls(CONFIGURATION),
    link="https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/",
    checks=(one_form,),
)
