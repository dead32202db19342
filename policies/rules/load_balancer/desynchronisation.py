"""LB-06: load balancers refuse requests that two parsers would read differently."""

from policies.checks import one_of
from policies.controls import WEB_PROTECTION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import LOAD_BALANCER

RULE = Rule(
    id="LB-06",
    severity=Severity.MEDIUM,
    title="Load balancers refuse requests that two parsers would read differently",
    rationale="Request smuggling turns a harmless request into two, of which the second is the attacker's.",
    fix="Set `desyncMitigationMode` to defensive or strictest.",
    types=(LOAD_BALANCER,),
    controls=controls(WEB_PROTECTION, hub=("ELB.12",)),
    link=security_hub("ELB.12"),
    checks=(one_of("desyncMitigationMode", ("defensive", "strictest"), default="defensive"),),
)
