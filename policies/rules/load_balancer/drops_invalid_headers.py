"""LB-03: load balancers drop invalid headers."""

from policies.checks import equals, set_to, where
from policies.controls import WEB_PROTECTION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import LOAD_BALANCER
from policies.values import Properties, read


def is_application(balancer: Properties) -> bool:
    """Whether it speaks HTTP."""
    return read(balancer, "loadBalancerType") in (None, "application")


RULE = Rule(
    id="LB-03",
    severity=Severity.MEDIUM,
    title="Load balancers drop invalid headers",
    rationale="Malformed headers are how requests are smuggled past the load balancer's checks.",
    fix="Set `dropInvalidHeaderFields` to true.",
    types=(LOAD_BALANCER,),
    controls=controls(WEB_PROTECTION, hub=("ELB.4",)),
    link=security_hub("ELB.4"),
    checks=(where(is_application, equals("dropInvalidHeaderFields", True, default=False)),),
    remedy=set_to({"dropInvalidHeaderFields": True}),
)
